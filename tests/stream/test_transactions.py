"""A transaction of a source lands whole, in one call, once its END is there and all its events are."""

import json
from pathlib import Path
from time import time
from uuid import uuid4

import pytest

from emberlake.runtime.messages.lines import Line, Place
from emberlake.runtime.messages.sources import Source
from emberlake.runtime.messages.transactions import End, Part, cuts
from stream.shop import HOUR_MS, Shop
from stream.topics import Kafka


@pytest.fixture
def shop(kafka: Kafka, tmp_path: Path) -> Shop:
    shop = Shop(tmp_path, kafka.address)
    shop.kafka, shop.prefix = kafka, f"s{uuid4().hex[:8]}"
    kafka.create(*(f"{shop.prefix}.{name}" for name in ("public.order", "public.goods", "transaction")))
    for name in ("order", "goods"):
        shop.follow(name, f"{shop.prefix}.public.{name}", transactions=f"{shop.prefix}.transaction", most_messages=5)
    return shop


def test_events_wait_for_the_end_and_for_the_last_event_of_each_table(shop: Shop) -> None:
    shop.event("order", None)
    shop.event("order", 7, 1)
    shop.event("order", 7, 2)
    assert shop.state() == ([0], []), "what has no transaction does not wait"
    shop.end(7, order=2, goods=1, customer=3)
    assert shop.state() == ([0], [])
    shop.event("goods", 7, 1)
    before = len(shop.lakehouse.books.read("landing"))
    assert shop.state() == ([0, 1, 2], [0]), "the table that nobody follows is not waited for"
    times = [row["landed_at"] for row in shop.lakehouse.books.read("landing")]
    assert len(times) == before + 2


def test_what_comes_behind_an_open_transaction_waits_with_it(shop: Shop) -> None:
    shop.event("order", 1, 1)
    shop.event("order", 2, 1)
    shop.event("goods", 2, 1)
    shop.event("goods", 3, 1)
    shop.end(2, order=1, goods=1)
    shop.end(3, goods=1)
    assert shop.state() == ([], []), "2 is whole, but behind 1; 3 is behind 2"
    shop.end(1, order=1)
    assert shop.state() == ([0, 1], [0, 1])


def test_an_event_that_was_sent_twice_stands_for_no_other(shop: Shop) -> None:
    shop.event("order", 1, 1)
    shop.event("order", 1, 1)
    shop.end(1, order=2)
    assert shop.state() == ([], [])
    shop.event("order", 1, 2)
    assert shop.state() == ([0, 1, 2], [])


def test_the_tail_of_a_transaction_that_landed_is_sent_again(shop: Shop) -> None:
    for table, order in (("order", 1), ("order", 2), ("goods", 1)):
        shop.event(table, 1, order)
    shop.end(1, order=2, goods=1)
    assert shop.state() == ([0, 1], [0])
    shop.event("order", 1, 2)
    shop.end(1, order=2, goods=1)
    shop.event("order", 2, 2)
    shop.end(2, order=2)
    assert shop.state() == ([0, 1, 2], [0]), "the transaction behind it lacks its first event"


def test_one_that_is_sent_again_behind_one_that_waits_for_what_follows_it_elsewhere(shop: Shop) -> None:
    """After a connector died: `order` has the next transaction in front of the one that is sent again, `goods` has it behind."""

    def sent() -> None:
        for transaction, count in ((1, 2), (2, 3)):
            shop.event("order", transaction)
            for order in range(2, 2 + count):
                shop.event("goods", transaction, order)
            shop.end(transaction, order=1, goods=count)

    sent()
    assert shop.state() == ([0, 1], [0, 1, 2, 3, 4])
    shop.event("order", 3)
    sent()
    shop.event("order", 3)
    shop.event("goods", 3, 2)
    shop.end(3, order=1, goods=1)
    assert shop.state() == ([0, 1], list(range(10))), "a micro-batch of goods ends before transaction 3"
    assert shop.state() == ([0, 1, 2, 3, 4, 5], list(range(11)))


def test_the_rest_of_a_transaction_stands_behind_what_is_sent_again(shop: Shop) -> None:
    """The connector died within transaction 4, and sent 1 to 3 anew before it: more than a micro-batch of each table."""

    def sent(*transactions: int) -> None:
        for transaction in transactions:
            for order in range(1, 4):
                shop.event("order", transaction, order)
                shop.event("goods", transaction, order)
            shop.end(transaction, order=3, goods=3)

    sent(1, 2, 3)
    while shop.state() != (list(range(9)), list(range(9))):
        pass
    shop.event("order", 4, 1)
    shop.event("goods", 4, 1)
    sent(1, 2, 3)
    assert shop.state() == (list(range(9)), list(range(9)))
    sent(4, 5)
    assert shop.state() == (list(range(25)), list(range(25)))


def test_a_transaction_that_is_larger_than_a_micro_batch_lands_whole(shop: Shop) -> None:
    shop.event("order", None)
    for order in range(1, 14):
        shop.event("order", 1, order)
    shop.event("goods", 1, 1)
    shop.end(1, order=13, goods=1)
    assert shop.state() == ([0], []), "no room behind the first"
    assert shop.state() == (list(range(14)), [0])


def test_a_transaction_of_more_partitions_than_messages_are_fetched_at_a_time(shop: Shop) -> None:
    shop.prefix = f"s{uuid4().hex[:8]}"
    shop.kafka.create(f"{shop.prefix}.public.order", partitions=3)
    shop.kafka.create(f"{shop.prefix}.transaction")
    shop.follow("order", f"{shop.prefix}.public.order", transactions=f"{shop.prefix}.transaction", most_messages=1)
    for order in range(3):
        shop.event("order", 1, order, partition=order)
    shop.end(1, order=3)
    shop.land()
    assert shop.offsets("order") == [0, 0, 0]


def test_a_transaction_that_is_overdue_is_entered_once_and_goes_on_waiting(shop: Shop) -> None:
    for name in ("order", "goods"):
        shop.follow(name, f"{shop.prefix}.public.{name}", transactions=f"{shop.prefix}.transaction", overdue_s=600)
    shop.event("goods", 4, 1)
    assert shop.state() == ([], []) and shop.gaps() == []
    shop.kafka.send(f"{shop.prefix}.public.order", json.dumps({"transaction": {"id": "3:1", "data_collection_order": 1}}), timestamp=1_700_000_000_000)
    shop.end(3, order=2)
    shop.event("order", None, 1)
    assert shop.state() == shop.state() == ([], []) and shop.gaps() == [("unfinished", 0, 0, 1)]
    (row,) = shop.lakehouse.books.read("gap")
    assert "transaction 3 waits from offset 0 on for 1 of 2 events of public.order" in row["message"]
    shop.event("order", 3, 2)
    assert shop.land().outages == () and shop.offsets("order") == [0, 1, 2]


def test_a_transaction_whose_end_names_none_of_the_topics_it_is_in_waits(shop: Shop) -> None:
    shop.event("order", 1, 1)
    shop.end(1, renamed=1)
    assert shop.state() == ([], [])


def test_a_damaged_end_is_none(shop: Shop) -> None:
    shop.event("order", 1, 1)
    end = {"status": "END", "id": "1:1", "data_collections": [{"data_collection": "public.order", "event_count": 1}]}
    for damaged in ({"id": [1]}, {"id": None}, {"data_collections": {"a": 1}}, {"data_collections": [1]}, {"data_collections": [{"event_count": 1}]}):
        shop.kafka.send(f"{shop.prefix}.transaction", end | damaged)
    shop.kafka.send(
        f"{shop.prefix}.transaction", b"\xff", None, "[]", json.dumps(end | {"data_collections": [{"data_collection": "public.order", "event_count": 10**30}]})
    )
    assert shop.state() == ([], [])
    shop.kafka.send(f"{shop.prefix}.transaction", end)
    assert shop.state() == ([0], [])


def test_events_with_their_schemas_wait_too(shop: Shop) -> None:
    about = {"id": "1:1", "data_collection_order": 1}
    shop.kafka.send(f"{shop.prefix}.public.order", {"schema": {}, "payload": {"transaction": about, "source": {"ts_ms": int(time() * 1000)}}})
    assert shop.state() == ([], [])
    end = {"status": "END", "id": "1:1", "data_collections": [{"data_collection": "public.order", "event_count": 1}]}
    shop.kafka.send(f"{shop.prefix}.transaction", {"schema": {}, "payload": end})
    assert shop.state() == ([0], [])


def test_a_table_whose_name_is_no_name_of_a_topic(shop: Shop) -> None:
    """Debezium writes changes of `prüfung` to the topic `pr_fung`; its END has the table's name."""
    shop.kafka.create(f"{shop.prefix}.public.pr_fung")
    shop.follow("check", f"{shop.prefix}.public.pr_fung", transactions=f"{shop.prefix}.transaction")
    shop.event("order", 1, 1)
    shop.end(1, order=1, prüfung=1)
    assert shop.state() == ([], [])
    shop.event("pr_fung", 1, 1)
    assert shop.state() == ([0], []) and shop.offsets("check") == [0]


def test_what_is_sent_again_needs_no_end(shop: Shop) -> None:
    shop.event("order", 1, 1)
    shop.event("order", 1, 2)
    shop.end(1, order=2)
    assert shop.state() == ([0, 1], [])
    shop.kafka.forget_before(f"{shop.prefix}.transaction", 2)
    shop.event("order", 1, 2)
    assert shop.state() == ([0, 1, 2], [])


def test_what_is_sent_again_is_looked_for_since_its_source_made_it(shop: Shop) -> None:
    made = int(time() * 1000)
    for _ in range(2):
        shop.event("order", 1, 1, made - HOUR_MS)
        shop.event("order", 1, 2, made - HOUR_MS)
        shop.end(1, order=2)
        assert shop.state()[1] == []
    assert shop.offsets("order") == [0, 1, 2, 3]
    shop.event("order", 1, 2, made + HOUR_MS)
    shop.end(1, order=2)
    assert shop.state() == ([0, 1, 2, 3], []), "it is told to be of later than what landed, and so another one"


def test_a_source_that_is_out_holds_up_the_transactions_it_belongs_to_and_no_others(shop: Shop) -> None:
    shop.event("order", 1, 1)
    shop.end(1, order=1)
    shop.event("order", 2, 1)
    shop.end(2, order=1, goods=1)
    shop.kafka.delete(f"{shop.prefix}.public.goods")
    seen = shop.land()
    assert len(seen.outages) == 1 and shop.offsets("order") == [0]


def test_a_topic_of_ends_that_is_not_there_is_an_outage_once_events_wait_for_it(shop: Shop) -> None:
    shop.kafka.delete(f"{shop.prefix}.transaction")
    shop.event("order", None)
    assert shop.state() == ([0], [])
    shop.event("order", 1, 1)
    (outage,) = shop.land().outages
    assert "events wait for the END of their transactions" in str(outage) and shop.offsets("order") == [0]


def part(table: str, *places: tuple[str, int] | None) -> Part:
    source = Source(table, "p", f"p.public.{table}", Path(), 10, "p.transaction", 600)  # type: ignore[arg-type]
    return Part(source, 0, [Line(offset, 0, b"", place and Place(*place)) for offset, place in enumerate(places)])


def test_a_cut_in_one_partition_cuts_the_same_transaction_in_the_others() -> None:
    one, two = part("a", ("1", 1), ("2", 1), ("3", 1)), part("b", ("3", 1), None, ("4", 1))
    ends = {"1": End({"public.a": 1}), "3": End({"public.a": 1, "public.b": 1}), "4": End({"public.b": 1})}
    assert cuts([one, two], ends, [one.source, two.source]) == [1, 0]
    assert cuts([one, two], ends | {"2": End({"public.a": 1})}, [one.source, two.source]) == [3, 3]
