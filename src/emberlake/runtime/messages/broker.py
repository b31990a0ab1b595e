"""The door to Kafka: topics, the offsets at both ends of a partition, and its messages. No consumer group, no offsets kept there."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from time import monotonic
from typing import Any

from emberlake.errors import EmberlakeError
from emberlake.runtime.messages.lines import Message
from emberlake.runtime.messages.outage import Outage

PATIENCE_S = 10.0  # without an answer, or without a message that must be there
AT_ONCE = 1_000
SETTINGS = {
    "group.id": "emberlake",
    "enable.auto.commit": "false",
    "enable.partition.eof": "true",
    "auto.offset.reset": "error",
    "fetch.wait.max.ms": "20",
    "log_level": "0",
}


class Broker:
    """A connection to the brokers that the client settings name. Raises Outage where they do not answer or refuse."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        try:
            import confluent_kafka
        except ImportError as error:
            raise EmberlakeError("EMBERLAKE_KAFKA names a broker, but its client is not installed: pip install 'emberlake[stream]'") from error
        self.kafka = confluent_kafka
        try:
            self.consumer = confluent_kafka.Consumer({**SETTINGS, **settings})
        except (confluent_kafka.KafkaException, ValueError) as error:
            raise EmberlakeError(f"EMBERLAKE_KAFKA holds what its client does not take: {said(error)}") from error

    def __enter__(self) -> "Broker":
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(self.kafka.KafkaException):
            self.consumer.close()

    def topics(self) -> dict[str, list[int]]:
        """Partitions by topic."""
        try:
            found = self.consumer.list_topics(timeout=PATIENCE_S).topics
        except self.kafka.KafkaException as error:
            raise Outage(f"the Kafka broker does not answer ({said(error)}); start it, or correct EMBERLAKE_KAFKA") from error
        return {name: sorted(topic.partitions) for name, topic in found.items() if topic.error is None}

    def ends(self, topic: str, partition: int) -> tuple[int, int]:
        """Offset of the first message that is still there, and the offset after the last."""
        try:
            first, end = self.consumer.get_watermark_offsets(self.kafka.TopicPartition(topic, partition), timeout=PATIENCE_S)
        except self.kafka.KafkaException as error:
            raise Outage(f"topic {topic}, partition {partition}: the broker does not say where it ends ({said(error)}); try again") from error
        return int(first), int(end)

    def offset_at(self, topic: str, partition: int, timestamp: int) -> int | None:
        """Offset of the first message of this time (milliseconds) or later; None where there is none."""
        asked = self.kafka.TopicPartition(topic, partition, max(0, timestamp))
        try:
            (found,) = self.consumer.offsets_for_times([asked], timeout=PATIENCE_S)
        except self.kafka.KafkaException as error:
            raise Outage(f"topic {topic}, partition {partition}: the broker does not find a time ({said(error)}); try again") from error
        return int(found.offset) if found.offset >= 0 else None

    def messages(self, topic: str, partition: int, first: int, end: int, most: int) -> Iterator[Message]:
        """Messages from an offset on to the one before `end`, no more than `most`."""
        where, left = f"topic {topic}, partition {partition}", most
        self.consumer.assign([self.kafka.TopicPartition(topic, partition, first)])
        try:
            heard = monotonic()
            while left > 0 and first < end:
                got = self.consumer.consume(min(left, end - first, AT_ONCE), timeout=0.1)
                if not got and monotonic() - heard > PATIENCE_S:
                    raise Outage(f"{where}: no message came for {PATIENCE_S:.0f} seconds, though the broker has some from offset {first} on; try again")
                heard = monotonic() if got else heard
                for message in got:
                    error = message.error()
                    if error is not None and error.code() == self.kafka.KafkaError._PARTITION_EOF:
                        return
                    if error is not None:
                        raise Outage(f"{where}: offset {first} cannot be read ({error.str()}); try again")
                    found = told(message)
                    first, left = found.offset + 1, left - 1
                    if found.offset < end:
                        yield found
        except self.kafka.KafkaException as error:
            raise Outage(f"{where}: offset {first} cannot be read ({said(error)}); try again") from error
        finally:
            self.consumer.unassign()


def told(message: Any) -> Message:
    """A message of the client library as a value of ours."""
    kind, timestamp = message.timestamp()
    headers = tuple((name, value.encode() if isinstance(value, str) else value) for name, value in message.headers() or ())
    return Message(message.topic(), message.partition(), message.offset(), timestamp if kind else None, message.key(), headers, message.value())


def said(error: Exception) -> str:
    """What the client library has to say, in its words."""
    first = error.args[0] if error.args else error
    return str(first.str() if hasattr(first, "str") else first)
