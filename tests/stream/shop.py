"""Orders and goods of one database, as a connector tells of them."""

import json
from time import time
from typing import Any
from uuid import uuid4

from stream.topics import Followed, Kafka

HOUR_MS = 3_600_000


class Shop(Followed):
    """A lakehouse that follows orders and goods, with the topic of their transactions. What is sent is `age_ms` old."""

    kafka: Kafka
    prefix: str
    age_ms: int = 0

    def sent(self, topic: str, *values: dict[str, Any], later_ms: int = 0, partition: int = 0) -> None:
        for value in values:
            self.kafka.send(f"{self.prefix}.{topic}", json.dumps(value), timestamp=int(time() * 1000) - self.age_ms + later_ms, partition=partition)

    def event(self, table: str, transaction: int | None, order: int = 1, changed_at: int | None = None, partition: int = 0) -> None:
        """One event; its log position is another one each time, as Debezium has it."""
        told = None if transaction is None else {"id": f"{transaction}:{uuid4().int % 10**8}", "total_order": order, "data_collection_order": order}
        self.sent(f"public.{table}", {"number": order, "transaction": told, "source": {"ts_ms": changed_at}}, partition=partition)

    def end(self, transaction: int, later_ms: int = 0, **counts: int) -> None:
        collections = [{"data_collection": f"public.{name}", "event_count": count} for name, count in counts.items()]
        begin = {"status": "BEGIN", "id": f"{transaction}:1", "event_count": None, "data_collections": None}
        self.sent("transaction", begin, begin | {"status": "END", "data_collections": collections}, later_ms=later_ms)

    def state(self) -> tuple[list[int], list[int]]:
        self.land()
        return self.offsets("order"), self.offsets("goods")

    def causes(self) -> list[str]:
        return [cause for cause, *_ in self.gaps()]
