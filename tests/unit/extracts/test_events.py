"""What a line of a source's log says, in the envelopes of several makers."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from emberlake.runtime.extracts.dialect import Dialect
from emberlake.runtime.extracts.envelope import Envelope
from emberlake.runtime.extracts.events import EVENT_FIELDS, events_of
from emberlake.runtime.extracts.reading import inspect, records

SHARED = Path(__file__).parents[4] / "shared" / "data" / "cdc_debezium"
DEBEZIUM = Envelope(
    (("payload", "op"), ("op",)), {"c": "upsert", "r": "upsert", "u": "upsert", "d": "delete"}, (("payload", "after"), ("after",)),
    (("payload", "before"), ("before",)), key=("id",),
)  # fmt: skip
MAXWELL = Envelope(
    (("type",),), {"insert": "upsert", "update": "upsert", "delete": "delete", "bootstrap-insert": "upsert", "bootstrap-start": "ignore"}, (("data",),),
    (("old",),), ((("xoffset",),),), (("xid",),), (("ts",),), "s", key=("id",),
)  # fmt: skip
OUTBOX = Envelope(
    (("kind",),), {"saved": "upsert", "removed": "delete"}, (("payload",),), (("payload",),), ((("sequence",),),), time=(("at",),), producer=(("by",),),
    sequence=(("sequence",),), key=("id",),
)  # fmt: skip
CANAL = Envelope(
    (("type",),), {"INSERT": "upsert", "UPDATE": "upsert", "DELETE": "delete", "ALTER": "ignore"}, (("data",),), (("old",),), ((("es",),), (("id",),)),
    time=(("es",),), key=("id",), each=((("data",),), (("old",),)),
)  # fmt: skip
WAL2JSON = Envelope((("action",),), {"I": "upsert", "U": "upsert", "D": "delete", "B": "ignore"}, (("columns",),), (("identity",),), key=("id",))
MONGODB = Envelope((("op",),), {"c": "upsert", "u": "upsert", "d": "delete"}, (("after",),), (("before",),), key=("id",))
CHANGE_FILE = Envelope((("Op",),), {"I": "upsert", "U": "upsert", "D": "delete"}, position=((("scn",),),), time=(("ts",),), key=("id",))
COLUMNS = ("id", "name")
PRODUCT = ("id", "name", "description", "weight")


def all_told(event: object, envelope: Envelope, columns: tuple[str, ...] = COLUMNS) -> list[dict[str, str | None]]:
    return [dict(zip((*columns, *EVENT_FIELDS), texts, strict=True)) for texts in events_of(json.dumps(event).encode(), columns, envelope)]


def told(event: object, envelope: Envelope) -> dict[str, str | None]:
    (one,) = all_told(event, envelope)
    return one


def rows_told(event: object, envelope: Envelope) -> list[tuple[str | None, ...]]:
    return [(one["_operation"], one["id"], one["name"]) for one in all_told(event, envelope)]


@pytest.mark.parametrize(
    ("envelope", "event", "row", "facts"),
    [
        (MAXWELL, {"type": "update", "ts": 1477053217, "xid": 23396, "xoffset": 7, "data": {"id": 1, "name": "b"}, "old": {"name": "a"}}, ("1", "b"),
         ("upsert", "7".zfill(38), "23396", "1477053217000000", None, None)),
        (MAXWELL, {"type": "delete", "ts": 1, "xid": 2, "xoffset": 12, "data": {"id": 1, "name": "b"}}, ("1", "b"), ("delete", "12".zfill(38), "2", "1000000", None, None)),
        (OUTBOX, {"kind": "saved", "sequence": 9, "at": "2025-03-04T05:06:07.5Z", "by": "till 1", "payload": {"id": "x", "name": None}}, ("x", None),
         ("upsert", "9".zfill(38), None, "1741064767500000", "till 1", "9")),
        (OUTBOX, {"kind": "removed", "sequence": 1, "at": "1969-12-31T23:59:59.25", "payload": {"id": "x"}}, ("x", None),
         ("delete", "1".zfill(38), None, "-750000", None, "1")),
        (DEBEZIUM, {"op": "r", "after": {"id": 0.10, "name": ""}}, ("0.1", ""), ("upsert", "", None, None, None, None)),
        (DEBEZIUM, {"op": "d", "before": {"id": 5}, "after": None}, ("5", None), ("delete", "", None, None, None, None)),
    ],
)  # fmt: skip
def test_envelopes(envelope: Envelope, event: object, row: tuple[str, ...], facts: tuple[str, ...]) -> None:
    assert tuple(told(event, envelope).values()) == (*row, *facts)


@pytest.mark.parametrize(
    ("envelope", "event", "problem"),
    [
        (
            CANAL,
            {"type": "UPDATE", "es": 1, "id": 1, "data": [{"id": "1", "name": "b"}], "old": [{"name": "a"}, {"name": "c"}]},
            r"lists of different lengths \(1, 2\)",
        ),
        (CANAL, {"type": "DELETE", "es": 1, "id": 1, "data": []}, "holds no row"),
        (MONGODB, {"op": "c", "after": '{"id": 1'}, "is not valid JSON"),
        (MAXWELL, {"type": "insert", "data": {"id": 2}}, "says no position"),
        (DEBEZIUM, {"op": "u", "before": {"id": 1, "name": "a"}, "after": None}, "holds no row"),
        (DEBEZIUM, {"after": {"id": 1}}, "has the operation None"),
        (OUTBOX, {"kind": "saved", "sequence": "first", "payload": {"id": 1}}, "has the sequence number 'first'"),
        (OUTBOX, {"kind": "saved", "sequence": 1, "at": "yesterday", "payload": {"id": 1}}, "says the time 'yesterday', which is neither"),
        (DEBEZIUM, [], "is not a JSON object"),
    ],
)
def test_what_an_event_lacks_is_told(envelope: Envelope, event: object, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        told(event, envelope)


@pytest.mark.parametrize(
    ("envelope", "event", "rows"),
    [
        (MAXWELL, {"type": "update", "xoffset": 1, "data": {"id": 2, "name": "b"}, "old": {"id": 1}}, [("delete", "1", None), ("upsert", "2", "b")]),
        (MAXWELL, {"type": "update", "xoffset": 1, "data": {"id": 2, "name": "b"}, "old": {"name": "a"}}, [("upsert", "2", "b")]),
        (CANAL, {"type": "UPDATE", "es": 1, "id": 7, "data": [{"id": "1", "name": "b"}, {"id": "3", "name": "c"}], "old": [{"name": "a"}, {"id": "2"}]},
         [("upsert", "1", "b"), ("delete", "2", None), ("upsert", "3", "c")]),
        (CANAL, {"type": "INSERT", "es": 1, "id": 7, "data": [{"id": "1", "name": None}], "old": None}, [("upsert", "1", None)]),
        (CANAL, {"type": "ALTER", "es": 1, "id": 7, "isDdl": True, "data": None, "sql": "alter table"}, [("ignore", None, None)]),
        (WAL2JSON, {"action": "U", "columns": [{"name": "id", "type": "integer", "value": 1}, {"name": "name", "type": "text", "value": "b"}],
                    "identity": [{"name": "id", "type": "integer", "value": 1}]}, [("upsert", "1", "b")]),
        (WAL2JSON, {"action": "D", "identity": [{"name": "id", "type": "integer", "value": 1}]}, [("delete", "1", None)]),
        (MONGODB, {"op": "c", "after": '{"id": 1.50, "name": "b"}'}, [("upsert", "1.50", "b")]),
    ],
)  # fmt: skip
def test_a_message_may_tell_of_several_rows_and_of_a_row_in_its_own_way(envelope: Envelope, event: object, rows: list[tuple[str | None, ...]]) -> None:
    assert rows_told(event, envelope) == rows


def test_records_of_a_message_of_several_rows_are_counted_and_stand_on_its_line(tmp_path: Path) -> None:
    messages = [
        {"type": "INSERT", "es": 1, "id": 1, "data": [{"id": str(n), "name": "a"} for n in range(3)]}, "no object", {"type": "ALTER", "es": 2, "id": 2},
        {"type": "DELETE", "es": 3, "id": 3, "data": [{"id": "1", "name": "a"}, {"id": "2", "name": "a"}]},
    ]  # fmt: skip
    path = tmp_path / "log.jsonl"
    path.write_text("".join(json.dumps(message) + "\n" for message in messages))
    dialect = Dialect(COLUMNS, format="json", events=CANAL)
    found = [record for batch in records(path, dialect) for record in batch.to_pylist()]
    assert [(r["_record"], r["_line"], r["_operation"], r["id"]) for r in found] == [
        (1, 1, "upsert", "0"), (2, 1, "upsert", "1"), (3, 1, "upsert", "2"), (4, 2, None, None), (5, 3, "ignore", None), (6, 4, "delete", "1"), (7, 4, "delete", "2"),
    ]  # fmt: skip
    seen = inspect(path, dialect)
    assert (seen.record_count, seen.line_count) == (len(found), len(messages))


def test_a_change_file_is_a_log_whose_records_are_the_rows(tmp_path: Path) -> None:
    path = tmp_path / "changes.csv"
    path.write_text("Op,scn,ts,id,name\nI,9,2025-03-04 05:06:07,1,a\nU,10,2025-03-04 05:06:08,1,b\nD,11,,1,\nX,12,,1,c\nU,13,1\nU,,,1,d\n")
    dialect = Dialect(("id", "name", "Op", "scn", "ts"), events=CHANGE_FILE)
    found = [record for batch in records(path, dialect) for record in batch.to_pylist()]
    assert inspect(path, dialect).record_count == len(found) == 6
    assert [(r["_operation"], r["_position"], r["id"], r["name"]) for r in found[:3]] == [
        ("upsert", "9".zfill(38), "1", "a"), ("upsert", "10".zfill(38), "1", "b"), ("delete", "11".zfill(38), "1", None),
    ]  # fmt: skip
    assert [r["_happened_at"] for r in found[:3]] == ["1741064767000000", "1741064768000000", None]
    assert [r["_problem"] for r in found[3:]] == [
        "has the operation 'X'; its contract explains 'I', 'U', 'D'", "has 3 fields where 5 are expected", "says no position in its source's log",
    ]  # fmt: skip


def test_a_later_epoch_is_later_whatever_its_positions_are() -> None:
    envelope = replace(OUTBOX, epoch=(("server",),), epochs=("old", "nightly", "new"))
    events = [{"kind": "saved", "server": server, "sequence": n, "payload": {"id": 1}} for server, n in (("old", 900), ("nightly", 5), ("new", 1), ("new", 2))]
    positions = [str(told(event, envelope)["_position"]) for event in events]
    assert positions == sorted(positions) and len(set(positions)) == 4
    with pytest.raises(ValueError, match="is of the epoch 'other'; its contract declares old, nightly, new"):
        told(events[0] | {"server": "other"}, envelope)


def test_numbers_of_a_position_are_compared_as_numbers() -> None:
    early, late = (told({"kind": "saved", "sequence": n, "payload": {"id": 1}}, OUTBOX)["_position"] for n in (999, 10**30))
    assert str(early) < str(late)


@pytest.mark.skipif(not SHARED.exists(), reason="the real change events are not beside the project")
@pytest.mark.parametrize(
    ("name", "columns", "table"),
    [
        ("kafka/debezium/table/schemaevolution/debezium-data-1.txt", PRODUCT, {"101": "3.14", "102": "8.1"}),
        ("kafka/debezium/table/schemaevolution/debezium-data-3.txt", (*PRODUCT, "address"), {"105": "0.875", "107": "5.3"}),
        ("kafka/debezium/table/schema/schemaevolution/debezium-data-with-delete.txt", PRODUCT, {}),
        ("expectedEvents/mysqlToKafka/debezium-json.txt", (*PRODUCT, "enum_c", "json_c", "point_c", "new_col", "address", "phone_number"),
         {"101": None, "102": None, "103": "0.8", "104": "0.75", "105": "0.875", "106": "1.0", "107": "5.1", "108": "0.1", "109": "22.2", "110": "0.5"}),
    ],
)  # fmt: skip
def test_real_events_applied_in_order(name: str, columns: tuple[str, ...], table: dict[str, str | None]) -> None:
    """What real events of MySQL leave, by id; the lines of the licence above them are records in quarantine."""
    rows: dict[str, str | None] = {}
    problems = 0
    for batch in records(SHARED / name, Dialect(columns, format="json", events=DEBEZIUM)):
        for record in batch.to_pylist():
            problems += record["_problem"] is not None
            if record["_operation"] == "upsert":
                rows[record["id"]] = record["weight"] or rows.get(record["id"])
            elif record["_operation"] == "delete":
                rows.pop(record["id"], None)
    lines = (SHARED / name).read_text().rstrip("\n").split("\n")
    assert problems == sum(not line.startswith("{") for line in lines)
    assert rows == {key: weight or rows[key] for key, weight in table.items()}
