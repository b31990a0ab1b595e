"""One life of a source's table, told in the words of other makers of logs, in any cut and order, is the same table."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pytest

from runtime.logs import DELIVERED_FILES, FEED, MOVEMENT, REACH, as_movements
from runtime.shops import Depot

BRONZE, SILVER = "bronze.depot_movement", "silver.movement"
Row = dict[str, str]
LAST_COLUMN = "    description: Pieces moved\n    required: true\n"
COLUMN = "  - {{name: {0}, logicalType: string, physicalType: string, description: {0} of the change}}\n"
SERVER = """  path: depot/{path}
  format: {format}
  customProperties:
  - {{property: organisation, value: depot}}
  - {{property: delivery, value: log}}
  - property: events
    value: {events}
"""


@dataclass(frozen=True)
class Change:
    """What happened to one row at a place in the log: it came, changed (its key too, maybe), or went."""

    number: int
    old: Row | None
    new: Row | None


def life(draw: random.Random, count: int) -> Iterator[Change]:
    rows: dict[str, Row] = {}
    for number in range(97, 97 + count):
        key = draw.choice("ABCDEF")
        old, new = rows.get(key), {"nr": key, "day": f"2025-0{draw.randint(1, 3)}-0{draw.randint(1, 9)}", "pieces": f"{draw.randint(-999, 999) / 100:.2f}"}
        free = sorted(set("ABCDEF") - set(rows))
        if old and draw.random() < 0.3:
            yield Change(number, rows.pop(key), None)
            continue
        if old and free and draw.random() < 0.4:
            new["nr"] = draw.choice(free)
        rows.pop(key, None)
        rows[new["nr"]] = new
        yield Change(number, old, new)


def standing(changes: list[Change]) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for change in changes:
        if change.old:
            rows.pop(change.old["nr"])
        if change.new:
            rows[change.new["nr"]] = change.new
    return rows


def maxwell(changes: list[Change]) -> list[str]:
    told = []
    for c in changes:
        event = {"type": "delete" if c.new is None else "update" if c.old else "insert", "xid": c.number, "data": c.new or c.old}
        told.append(event | ({"old": {name: text for name, text in c.old.items() if c.new[name] != text}} if c.old and c.new else {}))
    return [json.dumps(event) for event in told]


def canal(changes: list[Change]) -> list[str]:
    """Neighbours of one kind are one message."""
    told = []
    for kind, group in groupby(changes, lambda c: "DELETE" if c.new is None else "UPDATE" if c.old else "INSERT"):
        some = list(group)
        old = [{name: text for name, text in c.old.items() if (c.new or {})[name] != text} for c in some if c.old and c.new] or None
        told.append({"type": kind, "id": some[0].number, "data": [c.new or c.old for c in some], "old": old, "isDdl": False})
    return [json.dumps(event) for event in told]


def change_file(changes: list[Change]) -> list[str]:
    """A key is moved by a deletion and an insertion."""
    lines = []
    for c in changes:
        if c.old and (c.new is None or c.old["nr"] != c.new["nr"]):
            lines.append(f"D,{c.number},{c.old['nr']},,")
        if c.new:
            lines.append(",".join(("U" if c.old and c.old["nr"] == c.new["nr"] else "I", str(c.number), *c.new.values())))
    return lines


DIALECTS = [
    (maxwell, "json", "{operation: type, meaning: {insert: upsert, update: upsert, delete: delete}, row: data, before: old, position: [xid]}"),
    (canal, "json", "{operation: type, meaning: {INSERT: upsert, UPDATE: upsert, DELETE: delete}, row: data, before: old, each: [data, old], position: [id]}"),
    (change_file, "csv", "{operation: Op, meaning: {I: upsert, U: upsert, D: delete}, position: [scn]}"),
]


@pytest.mark.parametrize(("told", "form", "events"), DIALECTS, ids=["maxwell", "canal", "change_file"])
def test_the_same_life_in_other_words(
    spark: object, depot_functions: None, tmp_path: Path, told: Callable[[list[Change]], list[str]], form: str, events: str
) -> None:
    depot, draw = Depot(tmp_path / "depot"), random.Random(11)
    suffix, head = ("csv", "Op,scn,nr,day,pieces\n") if form == "csv" else ("jsonl", "")
    depot.change(MOVEMENT, DELIVERED_FILES, SERVER.format(path=f"movement_*.{suffix}", format=form, events=events))
    depot.change(FEED, "accounts: {by: row}\n", REACH)
    if form == "csv":
        depot.change(MOVEMENT, LAST_COLUMN, LAST_COLUMN + COLUMN.format("Op") + COLUMN.format("scn"))
    changes = list(life(draw, 40))
    assert sum(bool(c.old and c.new and c.old["nr"] != c.new["nr"]) for c in changes) > 3, "no row moved to another key; the test shows nothing"
    lines = told(changes)
    draw.shuffle(lines)
    for number, part in enumerate((lines[::3], lines[1::3] + lines[:2], lines[2::3])):
        depot.deliver(f"depot/movement_{number}.{suffix}", head + "".join(line + "\n" for line in part), "utf-8")
        assert depot.land().refused == ()
        account = depot.build(BRONZE, SILVER, publish=False).accounts["silver.movement/depot"]
        assert account.accounted == account.input_count > 0
    assert depot.movements() == as_movements(standing(changes))
    assert depot.lakehouse.books.read("quarantine") == []
