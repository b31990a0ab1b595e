"""One table that a source delivers in two ways, as its log and as a nightly file, each in a form of its own: its epochs put them in one order."""

import json
from itertools import permutations
from pathlib import Path

import pytest

from emberlake.contracts.load import load
from emberlake.contracts.model import ContractError
from emberlake.runtime.fixes import fix
from runtime.logs import DELIVERED_FILES, FEED, MOVEMENT, REACH, as_movements
from runtime.shops import Depot

BRONZE, SILVER = "bronze.depot_movement", "silver.movement"
SERVERS = """  path: depot/movement_*.jsonl
  format: json
  customProperties:
  - {{property: organisation, value: depot}}
  - {{property: delivery, value: log}}
  - property: events
    value: {{operation: op, meaning: {{u: upsert, d: delete}}, row: after, before: before, position: [lsn], epoch: source, epochs: [{0}]}}
- server: nightly
  type: local
  path: depot/bestand_*.csv
  format: csv
  delimiter: ;
  encoding: windows-1252
  customProperties:
  - {{property: organisation, value: depot}}
  - {{property: decimalSeparator, value: ","}}
  - {{property: delivery, value: {1}}}
  - {{property: events, value: {{every: upsert, in_epoch: nightly, epochs: [{0}]}}}}
"""
NIGHT = "nr;day;pieces\nA;2025-01-05;1,50\nBü;2025-01-05;2,25\nC;2025-01-05;3\n"


def told(op: str, lsn: int, row: dict[str, str]) -> str:
    return json.dumps({"op": op, "source": "server", "lsn": lsn, "after" if op == "u" else "before": row}) + "\n"


LOG = [
    told("u", 9, {"nr": "A", "day": "2025-01-06", "pieces": "1.75"}) + told("d", 10, {"nr": "Bü"}),
    told("u", 11, {"nr": "D", "day": "2025-02-01", "pieces": "4"}),
]
DELIVERED = (("bestand_1.csv", NIGHT, "windows-1252"), ("movement_1.jsonl", LOG[0], "utf-8"), ("movement_2.jsonl", LOG[1], "utf-8"))


def two_ways(folder: Path, epochs: str) -> Depot:
    depot = Depot(folder)
    depot.change(MOVEMENT, DELIVERED_FILES, SERVERS.format(epochs, "log"))
    depot.change(FEED, "accounts: {by: row}\n", REACH)
    return depot


@pytest.mark.parametrize("order", permutations(range(3)), ids=str)
@pytest.mark.parametrize(
    ("epochs", "rows"),
    [
        ("nightly, server", {"A": ("2025-01-06", "1.75"), "C": ("2025-01-05", "3"), "D": ("2025-02-01", "4")}),
        ("server, nightly", {"A": ("2025-01-05", "1.50"), "Bü": ("2025-01-05", "2.25"), "C": ("2025-01-05", "3"), "D": ("2025-02-01", "4")}),
    ],
)
def test_whatever_comes_first(
    spark: object, depot_functions: None, tmp_path: Path, order: tuple[int, ...], epochs: str, rows: dict[str, tuple[str, str]]
) -> None:
    depot = two_ways(tmp_path / "depot", epochs)
    for place in order:
        name, text, encoding = DELIVERED[place]
        depot.deliver(f"depot/{name}", text, encoding)
        assert depot.land().refused == ()
        account = depot.build(BRONZE, SILVER, publish=False).accounts["silver.movement/depot"]
        assert account.accounted == account.input_count > 0
    assert depot.movements() == as_movements({nr: {"nr": nr, "day": day, "pieces": pieces} for nr, (day, pieces) in rows.items()})
    assert depot.lakehouse.books.read("quarantine") == []


def test_both_in_one_run_and_a_fix_in_the_notation_of_its_file(spark: object, depot_functions: None, tmp_path: Path) -> None:
    depot = two_ways(tmp_path / "depot", "nightly, server")
    for name, text, encoding in DELIVERED:
        depot.deliver(f"depot/{name}", text.replace("3\n", "3,x\n"), encoding)
    assert len(depot.land().landed) == len(DELIVERED)
    depot.build(BRONZE, SILVER, publish=False)
    (bad,) = depot.lakehouse.books.read("quarantine")
    fix(depot.lakehouse, bad["row_id"], {"pieces": "3,5"}, "Petra", "read from the delivery note")
    depot.build(BRONZE, SILVER, publish=False)
    assert depot.lakehouse.books.read("quarantine") == []
    assert {nr: str(pieces) for nr, _, pieces in depot.movements()} == {"A": "1.750000", "C": "3.500000", "D": "4.000000"}


def test_ways_that_cannot_be_put_in_one_order(tmp_path: Path) -> None:
    text, both = (Depot.SOURCE / MOVEMENT).read_text("utf-8"), SERVERS.format("nightly, server", "log")
    every = next(line for line in both.splitlines() if "every" in line)
    for said, fault in (
        (SERVERS.format("nightly, server", "full").replace(every + "\n", ""), "a file of rows beside a log is a log too"),
        (both.replace("- server: nightly", "- server: landing"), "names of their own"),
    ):
        path = tmp_path / MOVEMENT
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace(DELIVERED_FILES, said), "utf-8")
        with pytest.raises(ContractError, match=fault):
            load(path, tmp_path)


def test_a_log_that_stands_keeps_its_order(spark: object, depot_functions: None, tmp_path: Path) -> None:
    """Positions that were taken in without epochs, or with others before them, are not put in order anew."""
    depot = two_ways(tmp_path / "depot", "server, nightly")
    name, text, encoding = DELIVERED[1]
    depot.deliver(f"depot/{name}", text, encoding)
    depot.land()
    depot.build(BRONZE, publish=False)
    depot.change(MOVEMENT, SERVERS.format("server, nightly", "log"), SERVERS.format("nightly, server", "log"))
    depot.deliver(f"depot/{DELIVERED[2][0]}", DELIVERED[2][1], "utf-8")
    depot.land()
    with pytest.raises(ContractError, match="add epochs at the end only"):
        depot.build(BRONZE, publish=False)
    depot.change(MOVEMENT, SERVERS.format("nightly, server", "log"), SERVERS.format("server, nightly, later", "log"))
    depot.build(BRONZE, publish=False)


def test_the_same_bytes_by_another_way_are_told(tmp_path: Path, spark: object) -> None:
    depot = two_ways(tmp_path / "depot", "nightly, server")
    depot.change(MOVEMENT, "bestand_*.csv", "*/*.jsonl")
    depot.change(MOVEMENT, "  format: csv\n  delimiter: ;\n", "  format: json\n")
    for name in ("depot/movement_1.jsonl", "depot/again/1.jsonl"):
        depot.deliver(name, LOG[1], "utf-8")
    found = depot.land()
    assert (len(found.landed), len(found.refused)) == (1, 1)
    assert "came by another server of bronze.depot_movement" in found.refused[0]["message"]
    assert depot.land().landed == ()
