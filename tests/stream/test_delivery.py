"""Topics of a real broker become files, and these land: everything once, in order, and nothing lost unseen."""

from base64 import b64decode
from pathlib import Path
from threading import Thread
from uuid import uuid4

import pytest
from confluent_kafka import Producer

from emberlake.contracts.model import ContractError
from emberlake.runtime.landing import land_new
from emberlake.runtime.messages import staging
from emberlake.runtime.messages.delivery import deliver
from emberlake.runtime.messages.outage import Outage, raise_together
from stream.servers import free_ports
from stream.topics import Followed, Kafka


@pytest.fixture
def topic(kafka: Kafka) -> str:
    name = f"t{uuid4().hex[:8]}.public.event"
    kafka.create(name)
    return name


@pytest.fixture
def house(kafka: Kafka, topic: str, tmp_path: Path) -> Followed:
    followed = Followed(tmp_path, kafka.address)
    followed.follow("event", topic)
    return followed


def numbers(*values: int) -> list[dict[str, int]]:
    return [{"number": value} for value in values]


def test_messages_land_once_and_say_where_they_come_from(house: Followed, kafka: Kafka, topic: str) -> None:
    kafka.send(topic, '{"number": 1.50 ,\n "name": "Ä"}', key='{"id":1}', headers=[("op", b"c")])
    kafka.send(topic, *numbers(2, 3), key="two")
    (landed,) = house.land().landed
    assert (landed["file_name"], landed["record_count"], landed["delivery"]) == (f"shop/{topic}/0-0-2.jsonl", 3, "log")
    assert (landed["topic"], landed["partition_number"], landed["first_offset"], landed["last_offset"]) == (topic, 0, 0, 2)
    kept = (house.folder / "lakehouse" / landed["archive_name"]).read_text("utf-8").splitlines()
    assert kept[0].endswith('"key":{"id":1},"headers":{"op":"c"}},"number": 1.50 ,  "name": "Ä"}'), "its own bytes, on one line"
    first, second, third = house.landed("event")
    assert (second["_message"]["key"], second["_message"]["headers"], third["number"]) == ("two", {}, 3)
    assert first["_message"]["topic"] == topic and abs(first["_message"]["timestamp"] / 1000 - landed["landed_at"].timestamp()) < 60


def test_nothing_new_is_a_no_op_and_what_landed_leaves_the_landing_folder(house: Followed, kafka: Kafka, topic: str) -> None:
    kafka.send(topic, *numbers(1))
    house.land()
    assert list(house.files()) == [f"shop/{topic}/0-0-0.jsonl"]
    again = house.land()
    assert (again.landed, again.refused, again.outages, house.files()) == ((), (), (), {})
    kafka.send(topic, *numbers(2))
    house.land()
    assert house.offsets("event") == [0, 1]


def test_a_file_whose_kept_copy_is_gone_stays(house: Followed, kafka: Kafka, topic: str) -> None:
    kafka.send(topic, *numbers(1))
    (landed,) = house.land().landed
    (house.folder / "lakehouse" / landed["archive_name"]).unlink()
    house.land()
    assert list(house.files()) == [f"shop/{topic}/0-0-0.jsonl"]


def test_what_was_fetched_before_a_crash_is_not_fetched_again(house: Followed, kafka: Kafka, topic: str) -> None:
    kafka.send(topic, *numbers(1, 2))
    assert deliver(house.lakehouse, lambda _: None)[0] == ()
    kafka.send(topic, *numbers(3))
    deliver(house.lakehouse, lambda _: None)
    assert [len(lines) for lines in house.files().values()] == [2, 1]
    land_new(house.lakehouse, lambda _: None)
    assert house.offsets("event") == [0, 1, 2]


@pytest.mark.parametrize("moved", [0, 1])
def test_a_crash_while_files_enter_leaves_all_or_none(house: Followed, kafka: Kafka, topic: str, moved: int, monkeypatch: pytest.MonkeyPatch) -> None:
    other = f"{topic}.other"
    kafka.create(other)
    house.follow("other", other)
    kafka.send(topic, *numbers(1))
    kafka.send(other, *numbers(1))
    replaced, replace = [], Path.replace

    def stop(path: Path, target: Path) -> Path:
        if len(replaced) == moved and path.name.endswith(staging.PARTIAL):
            raise KeyboardInterrupt
        replaced.append(target)
        return replace(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", stop)
        with pytest.raises(KeyboardInterrupt):
            house.land()
    assert len([name for name in house.files() if name.endswith(".jsonl")]) == moved
    kafka.send(topic, *numbers(2))
    house.land()
    assert (house.offsets("event"), house.offsets("other")) == ([0, 1], [0])
    assert not any(name.startswith(".") for name in house.files())


def test_a_crash_while_files_are_written_leaves_none(house: Followed, kafka: Kafka, topic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kafka.send(topic, *numbers(1))
    with monkeypatch.context() as patch:
        patch.setattr(staging.Staging, "commit", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            house.land()
    assert [name.startswith(".arriving/") for name in house.files()] == [True]
    (landed,) = house.land().landed
    assert landed["record_count"] == 1 and list(house.files()) == [landed["file_name"]]


def test_tombstones_and_poison_are_kept(house: Followed, kafka: Kafka, topic: str) -> None:
    poison = [b"\xff\xfe", b"no json", b"[1]", b"", b'{"a":NaN}', b'{"_message":{"offset":7}}', b"[" * 100_000]
    kafka.send(topic, None, *poison, {"number": 1}, key=b"\xff")
    (landed,) = house.land().landed
    tombstone, *bad, good = house.landed("event")
    assert tombstone == {"_message": tombstone["_message"]} and tombstone["_message"]["tombstone"] is True
    assert [b64decode(record["_message"]["bytes"]) for record in bad] == poison
    assert good["number"] == 1 and good["_message"]["key"] == {"bytes": "/w=="}
    assert landed["record_count"] == 9


def test_a_message_that_no_record_can_hold_is_refused_alone(house: Followed, kafka: Kafka, topic: str) -> None:
    kafka.send(topic, {"number": 1}, b"\x00" * 900_000, {"number": 3})
    seen = house.land()
    assert [row["file_name"].rsplit("/", 1)[1] for row in seen.refused] == ["0-1-1.jsonl"]
    assert house.offsets("event") == [0, 2]
    kafka.send(topic, {"number": 4})
    house.land()
    assert house.offsets("event") == [0, 2, 3] and [name.rsplit("/", 1)[1] for name in house.files()] == ["0-1-1.jsonl", "0-3-3.jsonl"]


def test_what_follows_a_message_with_a_number_that_python_does_not_read(house: Followed, kafka: Kafka, topic: str) -> None:
    for value in (b'{"number": ' + b"9" * 5000 + b"}", {"number": 2}):
        kafka.send(topic, value)
        assert house.land().outages == ()
    rows = house.lakehouse.books.read("landing", status="landed")
    assert sorted((row["first_offset"], row["last_offset"]) for row in rows) == [(0, 0), (1, 1)]


def test_ends_of_transactions_of_kafka_itself_do_not_wait(house: Followed, kafka: Kafka, topic: str) -> None:
    producer = Producer({"bootstrap.servers": kafka.address, "transactional.id": topic, "log_level": 0})
    producer.init_transactions(20)
    producer.begin_transaction()
    producer.produce(topic, b'{"number": 1}')
    producer.commit_transaction(20)
    seen = house.land()
    assert (house.offsets("event"), seen.lags) == ([0], ()), "the end stands at offset 1"
    assert house.land().landed == ()


def test_no_more_than_the_limit_comes_at_a_time(house: Followed, kafka: Kafka) -> None:
    topic = f"t{uuid4().hex[:8]}"
    kafka.create(topic, partitions=3)
    house.follow("event", topic, most_messages=7)
    for partition in (0, 1):
        kafka.send(topic, *numbers(*range(10)), partition=partition)
    counts = []
    while landed := house.land().landed:
        counts.append(sum(row["record_count"] for row in landed))
    assert counts == [7, 7, 6]
    entries = sorted(house.lakehouse.books.read("lag"), key=lambda row: row["landed_at"])
    waited = [(row["partition_number"], row["message_count"]) for row in entries]
    assert [sum(dict(waited[:at]).values()) for at in range(len(waited) + 1)][-1] == 0, "at the end nothing waits"
    assert dict(reversed(waited)) == {0: 6, 1: 7}, "after the first call"
    assert house.offsets("event") == [*range(10), *range(10)]


def test_what_retention_took_is_entered_once_and_exactly(house: Followed, kafka: Kafka, topic: str) -> None:
    kafka.send(topic, *numbers(*range(3)))
    house.land()
    kafka.send(topic, *numbers(*range(3, 8)))
    kafka.forget_before(topic, 5)
    assert deliver(house.lakehouse, lambda _: None)[0] == () and house.gaps() == [("retention", 0, 3, 4)]
    house.land()
    kafka.send(topic, *numbers(8))
    kafka.forget_before(topic, 9)
    house.land()
    house.land()
    assert house.offsets("event") == [0, 1, 2, 5, 6, 7] and house.gaps() == [("retention", 0, 3, 4), ("retention", 0, 8, 8)]
    kafka.send(topic, *numbers(9))
    house.land()
    kafka.send(topic, *numbers(10))
    kafka.forget_before(topic, 10)
    assert house.land().outages == () and house.offsets("event")[-2:] == [9, 10], "what was fetched may go"


@pytest.mark.parametrize(("new", "gap"), [(1, ("went_back", 0, 1, 2)), (5, ("rewritten", 0, 2, 2))])
def test_a_topic_made_anew_is_refused_and_the_others_go_on(house: Followed, kafka: Kafka, topic: str, new: int, gap: tuple[str, int, int, int]) -> None:
    other = f"{topic}.other"
    kafka.create(other)
    house.follow("other", other)
    kafka.send(topic, *numbers(*range(3)))
    house.land()
    kafka.delete(topic)
    (outage,) = house.land().outages
    assert f"topic {topic}: the broker has none of this name" in str(outage)
    kafka.create(topic)
    kafka.send(topic, *numbers(*range(10, 10 + new)))
    kafka.send(other, *numbers(1))
    seen = house.land()
    assert "Let the source write a topic of a new name" in str(seen.outages[0]) and len(seen.landed) == 1
    with pytest.raises(Outage, match="offset 2"):
        raise_together(seen.outages)
    house.land()
    assert house.gaps() == [gap] and house.offsets("event") == [0, 1, 2] and house.offsets("other") == [0]


def test_a_topic_made_anew_with_as_many_messages_is_refused_with_the_next_one(house: Followed, kafka: Kafka, topic: str) -> None:
    kafka.send(topic, *numbers(1, 2))
    house.land()
    kafka.delete(topic)
    kafka.create(topic)
    kafka.send(topic, *numbers(3, 4))
    assert house.land().landed == ()
    kafka.send(topic, *numbers(5))
    assert len(house.land().outages) == 1 and (house.offsets("event"), house.gaps()) == ([0, 1], [("rewritten", 0, 1, 1)])


def test_a_partition_that_is_gone_is_refused(house: Followed, kafka: Kafka) -> None:
    topic = f"t{uuid4().hex[:8]}"
    kafka.create(topic, partitions=2)
    house.follow("event", topic)
    kafka.send(topic, *numbers(1, 2), partition=1)
    house.land()
    kafka.delete(topic)
    kafka.create(topic)
    assert len(house.land().outages) == 1 and house.gaps() == [("went_back", 1, 0, 1)]


def test_without_an_answer_files_still_land(house: Followed, topic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from emberlake.runtime.messages import broker

    monkeypatch.setattr(broker, "PATIENCE_S", 0.5)
    (port,) = free_ports(1)
    silent = Followed(house.folder, f"127.0.0.1:{port}")
    path = house.folder / "landing" / "shop" / topic / "by hand.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text('{"number":1}\n')
    seen = silent.land()
    assert "the Kafka broker does not answer" in str(seen.outages[0]) and [row["file_name"] for row in seen.landed] == [f"shop/{topic}/by hand.jsonl"]
    assert seen.landed[0].get("topic") is None


def test_messages_of_a_transaction_that_its_producer_took_back_are_not_there(house: Followed, kafka: Kafka, topic: str) -> None:
    from confluent_kafka import Producer

    producer = Producer({"bootstrap.servers": kafka.address, "transactional.id": topic})
    producer.init_transactions(20)
    for value, is_good in ((1, True), (2, False), (3, True), (4, False)):
        producer.begin_transaction()
        producer.produce(topic, f'{{"number":{value}}}')
        producer.flush(20)
        assert house.land().outages == (), "what is not committed is not there yet"
        (producer.commit_transaction if is_good else producer.abort_transaction)(20)
    house.land()
    kafka.send(topic, *numbers(5))
    house.land()
    assert [record["number"] for record in house.landed("event")] == [1, 3, 5] and house.gaps() == []


def test_a_path_that_claims_no_file_of_the_topic_is_refused_before_anything_is_fetched(house: Followed, kafka: Kafka, topic: str) -> None:
    kafka.send(topic, *numbers(1))
    path = house.folder / "schemas" / "bronze" / "shop" / "event.odcs.yaml"
    path.write_text(path.read_text().replace(f"path: shop/{topic}/*.jsonl", "path: elsewhere/event-*.jsonl"))
    with pytest.raises(ContractError, match=f"write elsewhere/{topic}/\\*.jsonl"):
        house.land()
    assert house.files() == {}


def test_two_who_land_at_once_fetch_nothing_twice(house: Followed, kafka: Kafka, topic: str) -> None:
    kafka.send(topic, *numbers(*range(500)))
    refused: list[str] = []

    def call() -> None:
        try:
            house.land()
        except Exception as error:
            refused.append(type(error).__name__)

    threads = [Thread(target=call) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    house.land()
    assert set(refused) <= {"Busy"} and house.offsets("event") == list(range(500))
