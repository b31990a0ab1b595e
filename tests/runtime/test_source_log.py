"""A source's log in any cut, order and repetition gives what the source's table holds, and nothing of it is lost."""

import base64
import json
import random
from pathlib import Path

import pytest

from runtime.logs import LoggedDepot, Source, applied, as_movements, poison, tombstone
from runtime.shops import Depot

BRONZE, SILVER = "bronze.depot_movement", "silver.movement"


@pytest.fixture
def depot(spark: object, depot_functions: None, tmp_path: Path) -> LoggedDepot:
    return LoggedDepot.opened(Depot(tmp_path / "depot"))


def event(lsn: int, op: str, before: object, after: object) -> str:
    return json.dumps({"before": before, "after": after, "op": op, "source": {"lsn": lsn}, "ts_ms": 1_735_689_600_123})


def row(nr: str, pieces: str) -> dict[str, str]:
    return {"nr": nr, "day": "2025-01-05", "pieces": pieces}


def test_any_cut_order_and_repetition_is_the_sources_table(depot: LoggedDepot) -> None:
    source = Source(random.Random(7))
    source.live(40)
    lives = [e["before"]["nr"] if e["op"] == "d" else e["after"]["nr"] for e in source.events if e["op"] in "cd"]
    assert max(lives.count(key) for key in set(lives)) > 3, "no key lived twice; the test shows nothing"
    waiting = [e for e in source.events for _ in range(source.draw.choice((1, 1, 2)))]
    source.draw.shuffle(waiting)
    told: list[dict[str, object]] = []
    for number in range(4):
        part, waiting = waiting[: len(waiting) // (4 - number)], waiting[len(waiting) // (4 - number) :]
        told += part
        depot.tell(str(number), *(source.line(e) for e in part))
        done = depot.build(BRONZE, SILVER, publish=False)
        assert depot.movements() == as_movements(applied(told))
        assert number == 0 or depot.lakehouse.books.last_commit(SILVER, "depot")["scope"] == "since"
        assert done.accounts["silver.movement/depot"].accounted == done.accounts["silver.movement/depot"].input_count > 0
    assert not waiting and depot.movements() == as_movements(source.rows)
    again = depot.build(SILVER, again=True, publish=False).accounts["silver.movement/depot"]
    assert (again.written_count, again.deleted_count, again.input_count) == (0, 0, len(told))
    assert set(again.rule_counts) == {f"{BRONZE}.overtaken", f"{BRONZE}.deleted"}


def test_a_late_update_resurrects_nothing_and_a_second_insert_does(depot: LoggedDepot) -> None:
    depot.tell("1", event(10, "c", None, row("A", "1")), event(30, "d", {"nr": "A"}, None), tombstone(2))
    depot.build(BRONZE, SILVER, publish=False)
    depot.tell("2", event(20, "u", None, row("A", "2")))
    depot.build(BRONZE, SILVER, publish=False)
    assert depot.movements() == []
    depot.tell("3", event(40, "c", None, row("A", "4")))
    depot.build(BRONZE, SILVER, publish=False)
    assert [str(pieces) for _, _, pieces in depot.movements()] == ["4.000000"]


def test_what_is_no_change_of_a_row_is_told(depot: LoggedDepot) -> None:
    depot.tell(
        "1", event(1, "c", None, row("A", "1")), tombstone(2), event(3, "m", None, None), poison(4, b"\xff\x00"), "// no JSON",
        event(5, "t", None, None), event(6, "u", None, row("A", "2") | {"colour": "red"}), event(7, "u", None, row("A", "many")),
        event(8, "u", None, row("A", "__debezium_unavailable_value")), event(9, "u", {"nr": "B"}, row("A", "3")), json.dumps({"op": "u", "after": row("A", "4")}),
    )  # fmt: skip
    account = depot.build(BRONZE, publish=False).accounts[BRONZE]
    assert (account.input_count, account.written_count, account.excluded_count, account.quarantined_count) == (12, 3, 2, 7)
    found = {int(r["row_id"].split(":")[1]): (r["message"], r["raw_row"]) for r in depot.lakehouse.books.read("quarantine", table_name=BRONZE)}
    said = {
        4: "no JSON object; its bytes are kept", 5: "not valid JSON", 6: "has the operation 't'", 7: "unexpected keys 'colour'", 8: "'many' is not a number",
        9: "leaves out pieces", 12: "says no position",
    }  # fmt: skip
    assert {number: words for number, words in said.items() if words not in found[number][0]} == {}
    assert base64.b64encode(b"\xff\x00").decode() in found[4][1]


def test_a_fix_of_an_event_takes_its_place_in_the_log(depot: LoggedDepot) -> None:
    from emberlake.runtime.fixes import fix

    depot.tell("1", event(1, "c", None, row("A", "1")), event(2, "u", None, row("A", "-2")), event(3, "c", None, row("B", "3")))
    depot.build(BRONZE, SILVER, publish=False)
    wrong = next(str(r["_source_row_id"]) for r in depot.rows(SILVER) if r["movement_id"] == "A")
    fix(depot.lakehouse, wrong, {"pieces": "2"}, "A. Prüfer", "the sign was wrong")
    depot.build(BRONZE, SILVER, publish=False)
    assert [(key, str(pieces)) for key, _, pieces in depot.movements()] == [("A", "2.000000"), ("B", "3.000000")]
    depot.tell("2", event(4, "u", None, row("A", "5")))
    depot.build(BRONZE, SILVER, publish=False)
    assert [(key, str(pieces)) for key, _, pieces in depot.movements()] == [("A", "5.000000"), ("B", "3.000000")]
