"""Transactions that lost an event or their END are let go once no more of them can come, and are entered; the others go on waiting."""

import json
import random
from pathlib import Path
from time import time
from uuid import uuid4

import pytest

from stream.connector import TABLES, events_of, landed, lives, log
from stream.shop import HOUR_MS, Shop
from stream.topics import Kafka


@pytest.fixture
def yard(kafka: Kafka, tmp_path: Path) -> Shop:
    """All is sent an hour ago, so that what waits is overdue."""
    yard = Shop(tmp_path, kafka.address)
    yard.kafka, yard.prefix, yard.age_ms = kafka, f"s{uuid4().hex[:8]}", HOUR_MS
    kafka.create(f"{yard.prefix}.public.order", f"{yard.prefix}.transaction")
    kafka.create(f"{yard.prefix}.public.goods", partitions=2)
    for name in ("order", "goods"):
        yard.follow(name, f"{yard.prefix}.public.{name}", transactions=f"{yard.prefix}.transaction", most_messages=5)
    return yard


def test_an_event_that_is_lost(yard: Shop) -> None:
    yard.event("order", 1, 1)
    yard.end(1, order=2)
    assert yard.state() == ([], []) and yard.causes() == ["unfinished"]
    yard.event("order", 2, 1)
    yard.end(2, order=1)
    assert yard.state() == ([0, 1], []), "the later one stands where the lost one should"
    row = yard.lakehouse.books.read("gap", cause="torn")[0]
    assert "transaction 1 lacks 1 of 2 events of public.order, which cannot come any more" in row["message"]
    assert (row["first_missing"], row["last_missing"]) == (0, 0), "2 is whole"
    yard.event("order", 1, 2)
    assert yard.state() == ([0, 1, 2], []) and yard.causes() == ["unfinished", "torn"], "should it be sent again after all, it lands"


def test_each_partition_must_be_passed(yard: Shop) -> None:
    """Later transactions of one table each, which land where they do not stand behind the torn one."""
    yard.event("order", 1)
    yard.end(1, order=1, goods=1)
    yard.event("order", 2)
    yard.end(2, order=1)
    yard.event("goods", 3, partition=1)
    yard.end(3, goods=1)
    assert yard.state() == ([], [0]), "it may come in partition 0 of goods"
    yard.event("goods", 4, partition=0)
    yard.end(4, goods=1)
    assert yard.state() == ([0, 1], [0, 0]) and yard.causes() == ["unfinished", "torn"]


def test_one_that_waits_for_a_torn_one_behind_it(yard: Shop) -> None:
    """The first copy of an event of 1 is gone, and the other one stands behind 2, which lost an event."""
    yard.event("order", 1, 2)
    yard.event("order", 2)
    yard.end(1, order=2)
    yard.end(2, order=1, goods=1)
    yard.event("order", 1, 1)
    yard.event("goods", 3, partition=0)
    yard.event("goods", 3, 2, partition=1)
    yard.end(3, goods=2)
    assert yard.state() == ([0, 1, 2], [0, 0]) and yard.causes() == ["torn"]


def test_retention_took_the_only_event_of_a_table(yard: Shop) -> None:
    yard.event("order", 1)
    for partition in (0, 1):
        yard.event("goods", 1, partition + 1, partition=partition)
        yard.kafka.forget_before(f"{yard.prefix}.public.goods", 1, partition=partition)
    yard.end(1, order=1, goods=2)
    assert yard.state() == ([], []) and yard.causes().count("retention") == 2, "what was removed may be older"
    for partition in (0, 1):
        yard.event("goods", 2, partition + 1, partition=partition)
    yard.end(2, goods=2)
    assert yard.state() == ([0], [1, 1]) and "torn" in yard.causes()


def test_retention_took_the_ends(yard: Shop) -> None:
    yard.event("order", 1)
    yard.end(1, order=1)
    yard.event("order", 2)
    yard.end(2, order=1)
    yard.kafka.forget_before(f"{yard.prefix}.transaction", 4)
    yard.end(3, later_ms=60_000, goods=1)
    assert yard.state() == ([0, 1], []) and yard.gaps() == [("torn", 0, 0, 1)]
    assert "transaction 1 lacks its END event, 2 lacks its END event, which" in yard.lakehouse.books.read("gap")[0]["message"]


def test_ends_in_several_partitions_have_no_order(yard: Shop) -> None:
    prefix, yard.prefix = yard.prefix, f"{yard.prefix}y"
    yard.kafka.create(f"{yard.prefix}.transaction", partitions=2)
    yard.follow("order", f"{prefix}.public.order", transactions=f"{yard.prefix}.transaction")
    yard.prefix = prefix
    yard.event("order", 1)
    yard.event("order", 2)
    yard.prefix = f"{prefix}y"
    yard.end(2, order=1)
    assert yard.state() == ([], []) and yard.causes() == ["unfinished"], "that of 1 may come in the other partition"


def test_an_end_that_is_lost_or_damaged(yard: Shop) -> None:
    yard.event("order", 1)
    yard.sent("transaction", {"status": "END", "id": "1:1", "data_collections": [{"data_collection": "public.order"}]})
    yard.event("order", 2)
    assert yard.state() == ([], []) and yard.causes() == ["unfinished"]
    yard.end(2, order=1)
    assert yard.state() == ([0, 1], []) and yard.causes() == ["unfinished", "torn"]


def test_a_clock_that_was_put_back_hides_no_end(yard: Shop) -> None:
    yard.event("order", 1)
    yard.end(1, later_ms=-10 * 60_000, order=1)
    yard.event("order", 2)
    yard.event("order", 3)
    yard.end(3, order=1)
    assert yard.state() == ([0, 1, 2], []) and yard.gaps() == [("torn", 0, 1, 1)]


def test_one_without_end_that_is_larger_than_a_micro_batch(yard: Shop) -> None:
    for order in range(1, 13):
        yard.event("order", 1, order)
    yard.event("order", 2)
    yard.end(2, order=1)
    assert yard.state() == (list(range(13)), []) and yard.causes() == ["torn"]


def test_a_table_that_end_does_not_name_is_not_torn(yard: Shop) -> None:
    """The contract names another topic than the source writes of the table: a person has to see to it."""
    yard.event("order", 1)
    yard.end(1, renamed=1)
    yard.event("order", 2)
    yard.end(2, renamed=1)
    assert yard.state() == ([], []) and yard.causes() == ["unfinished"]


def test_torn_ones_that_are_held_up_are_entered_as_their_range_grows(yard: Shop) -> None:
    yard.event("order", 1)
    yard.end(1, renamed=1)
    yard.event("order", 2)
    yard.event("order", 3)
    yard.end(3, order=1, goods=1)
    assert yard.state() == ([], []) and ("torn", 0, 1, 1) in yard.gaps()
    for partition in (0, 1):
        yard.event("goods", 4, partition + 1, partition=partition)
    yard.end(4, goods=2)
    assert yard.state() == yard.state() == ([], [0, 0])
    assert sorted(yard.gaps()) == [("torn", 0, 1, 1), ("torn", 0, 1, 2), ("unfinished", 0, 0, 2)]


def test_a_source_that_is_out_is_waited_for(yard: Shop) -> None:
    yard.follow("goods", f"{yard.prefix}.public.gone", transactions=f"{yard.prefix}.transaction")
    yard.event("order", 1)
    yard.end(1, order=1, gone=1)
    yard.event("order", 2)
    yard.end(2, order=1)
    assert yard.state() == ([], []) and yard.causes() == ["unfinished"]


def test_what_is_not_overdue_waits(yard: Shop) -> None:
    yard.follow("order", f"{yard.prefix}.public.order", transactions=f"{yard.prefix}.transaction", overdue_s=2 * HOUR_MS // 1000)
    yard.event("order", 1)
    yard.end(1, order=2)
    yard.event("order", 2)
    yard.end(2, order=1)
    assert yard.state() == ([], []) and yard.causes() == []


@pytest.mark.parametrize("seed", range(4))
def test_any_loss_is_let_go_and_all_that_is_left_lands(yard: Shop, seed: int) -> None:
    """Also where the connector died and sent again what was lost."""
    draw = random.Random(seed)
    yard.kafka.create(f"{yard.prefix}x.transaction")
    yard.kafka.create(*(f"{yard.prefix}x.public.{table}" for table in TABLES), partitions=2)
    for table in TABLES:
        yard.follow(table, f"{yard.prefix}x.public.{table}", transactions=f"{yard.prefix}x.transaction", most_messages=draw.choice([2, 5, 30]))
    messages = log(draw, f"{yard.prefix}x", 20)
    kept = [message for life in lives(draw, messages) for message in life if draw.random() > 0.1]
    for number in ("98:1", "99:1"):  # what comes later, in each partition
        about = {"id": number, "data_collection_order": 1}
        kept += [(f"{yard.prefix}x.public.{table}", at, {"transaction": about | {"data_collection_order": at}}) for table in TABLES for at in (0, 1)]
        counts = [{"data_collection": f"public.{table}", "event_count": 2} for table in TABLES]
        kept.append((f"{yard.prefix}x.transaction", 0, {"status": "END", "id": number, "data_collections": counts}))
    for topic, partition, value in kept:
        yard.kafka.send(topic, json.dumps(value), timestamp=int(time() * 1000) - HOUR_MS, partition=partition)
    while yard.land().landed:
        pass
    assert landed(yard) == events_of(kept) and "torn" in yard.causes()
