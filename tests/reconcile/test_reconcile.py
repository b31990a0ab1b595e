"""What does not stand as it ought to is found, told with its cause and its emissions, and repaired; what stands is left alone."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import CommitProperties, write_deltalake
from typer.testing import CliRunner

from emberlake.cli import app
from emberlake.orchestration import submit
from emberlake.runtime.known_at import known_at
from emberlake.runtime.locks import Busy, held
from emberlake.runtime.settings import now
from reconcile.mills import Mill, told

pytestmark = pytest.mark.slow
QUARANTINE = "audit.quarantine"
RULES = """accounts: {by: row}
rules:
- {id: MILL-1, name: worth_it, type: custom, engine: emberlake, implementation: kg >= 20, severity: exclude, description: too little}
"""
AS_A_BUILD = CommitProperties(custom_metadata={"userMetadata": '{"build_id": "forged"}'})
# Table, key, what the repair does, why, and what it adds to the emissions of the table: every way in which the mill is broken below.
BROKEN = {
    ("silver.grain", "mill:B", "update", "changed by another writer", None),
    ("silver.grain", "mill:I", "insert", "late", None),
    ("silver.grain", "mill:D", "update", "duplicate", None),
    ("silver.grain", "mill:A", "update", "out of order", None),
    ("silver.grain", "mill:E", "update", "unexplained", None),
    ("silver.grain_factor", "oats", "update", "late", None),
    ("silver.grain_factor", "barley", "delete", "lost upstream", None),
    ("gold.flour", "mill:B", "update", "changed by another writer", Decimal("-199.75")),  # (200 - 999) * 0.25
    ("gold.flour", "mill:I", "insert", "late", Decimal("3")),  # 6 * 0.5
    ("gold.flour", "mill:D", "update", "duplicate", Decimal("5")),  # a second part of 10 * 0.5
    ("gold.flour", "mill:A", "update", "out of order", Decimal("3.5")),  # the first part of 7 * 0.5 after the second
    ("gold.flour", "mill:C", "update", "changed reference", Decimal("10")),  # 10 * (3 - 2)
    ("gold.flour", "mill:K", "update", "changed reference", Decimal("-4")),  # 4 * 1, without a factor from now on
    ("gold.flour", "mill:X", "delete", "changed by another writer", Decimal("-5")),
    ("gold.flour_month", "2025-01", "update", "changed by another writer, changed reference, out of order", Decimal("-190.25")),
    ("gold.flour_month", "2025-02", "update", "duplicate, late", Decimal("8")),
    ("gold.flour_month", "2025-03", "insert", "changed by another writer", Decimal("2")),
}


def break_everything(mill: Mill) -> None:
    mill.table("silver.grain").update({"kg": "999"}, predicate="grain_id = 'mill:B'")
    mill.build(publish=False)  # gold follows what the other writer left
    mill.table("gold.flour_month").delete("period = '2025-03'")
    mill.table("silver.grain").update({"kg": "81"}, predicate="grain_id = 'mill:E'", commit_properties=AS_A_BUILD)
    posting = next(row for row in mill.rows("gold.flour") if row["grain_id"] == "mill:E")
    bogus = posting | {"grain_id": "mill:X", "posting_id": "mill:X|1", "kgco2e": Decimal(5)}
    write_deltalake(mill.table("gold.flour"), pa.Table.from_pylist([bogus], mill.lakehouse.store.dataset("gold.flour").schema), mode="append")
    mill.receive("2", "I,1,2025-02-09,wheat,6", "D,2,2025-02-03,wheat,10", "A,1,2025-01-05,wheat,7")
    mill.price("2", "wheat,0.5", "rye,0.25", "oats,3")


def test_each_difference_is_repaired_and_told_with_its_cause(mill: Mill, tmp_path: Path) -> None:
    break_everything(mill)
    before = mill.total()
    done = mill.reconcile()
    assert told(done) == BROKEN
    assert mill.total() == mill.total("gold.flour_month") == before - Decimal("187.25")
    book = mill.lakehouse.books.read("reconciliation", run_id=done.run_id)
    assert {(r["table_name"], r["row_key"], r["change"], r["cause"], r["kgco2e_difference"]) for r in book} == BROKEN
    assert {r["repair_run_id"] for r in book} == {done.repair_run_id} == {r["run_id"] for r in mill.lakehouse.books.read("release")}

    # A build out of the same files alone says the same.
    fresh = Mill(tmp_path / "fresh")
    known_at(mill.lakehouse, now(), fresh.folder / "lakehouse")
    fresh.build(publish=False)
    assert {name: mill.content(name) for name in mill.TABLES[2:]} == {name: fresh.content(name) for name in mill.TABLES[2:]}

    # Nothing differs any more: the task of the night proves it again, and writes nothing but that it did.
    stood = mill.versions()
    submit.reconcile(mill.lakehouse.settings)
    assert mill.versions() == stood and len(mill.lakehouse.books.read("reconciliation")) == len(BROKEN)
    proofs = sorted(mill.lakehouse.books.read("run"), key=lambda row: row["finished_at"])
    assert [(r["selection"], r["status"], r["message"]) for r in proofs if r["run_id"] != done.repair_run_id] == [
        ("reconciliation of all months", "complete", "17 keys of gold.flour, gold.flour_month, silver.grain, silver.grain_factor differed and were repaired"),
        ("reconciliation of all months", "complete", "nothing differed"),
    ]


def test_a_changed_rule_is_the_cause_of_what_it_changes_and_a_dry_run_writes_nothing(mill: Mill, monkeypatch: pytest.MonkeyPatch) -> None:
    mill.change("silver/grain/mill.feed.yaml", "accounts: {by: row}\n", RULES)
    files = mill.files("locks")
    monkeypatch.setenv("EMBERLAKE_SCHEMAS", str(mill.contracts))
    monkeypatch.setenv("COLUMNS", "200")
    said = CliRunner().invoke(app, ["reconcile", "--dry-run", "--lakehouse", str(mill.folder / "lakehouse")])
    assert said.exit_code == 0, said.output
    lines = [line.split() for line in said.stdout.splitlines()]
    assert ["silver.grain", "changed", "code", "3"] in lines and ["gold.flour", "changed", "code", "3", "-26.000000000000"] in lines
    assert "all months: 8 keys differ; nothing was repaired" in said.stdout and mill.files("locks") == files


def test_a_row_that_waits_and_should_not_or_does_not_wait_and_should(mill: Mill) -> None:
    """Two deliveries weigh too little and wait; another writer lets one of them out and brings in one that never was, and a third one comes late."""
    mill.change("silver/grain/mill.feed.yaml", "accounts: {by: row}\n", RULES.replace("kg >= 20, severity: exclude", "kg >= 1, severity: quarantine"))
    mill.receive("2", "V,1,2025-02-05,wheat,0.5", "W,1,2025-02-06,wheat,0.25")
    mill.build(publish=False)
    held_back = {row["row_id"] for row in waiting(mill)}
    assert len(held_back) == 2
    gone = min(held_back)
    table = mill.table(QUARANTINE)
    bogus = next(row for row in mill.rows(QUARANTINE) if row["row_id"] == gone) | {"row_id": f"{gone}0"}
    table.delete(f"row_id = '{gone}'")
    write_deltalake(table, pa.Table.from_pylist([bogus], mill.lakehouse.store.dataset(QUARANTINE).schema), mode="append")
    mill.receive("3", "Y,1,2025-02-07,wheat,0.75")

    done = mill.reconcile()
    rule = bogus["rule_id"]
    late = next(row["row_id"] for row in waiting(mill) if row["row_id"] not in held_back)
    assert told(done) == {
        (QUARANTINE, f"silver.grain|mill|{gone}|{rule}", "insert", "changed by another writer", None),
        (QUARANTINE, f"silver.grain|mill|{gone}0|{rule}", "delete", "changed by another writer", None),
        (QUARANTINE, f"silver.grain|mill|{late}|{rule}", "insert", "late", None),
    }
    assert {row["row_id"] for row in waiting(mill)} == held_back | {late}
    assert mill.reconcile().findings == ()


def waiting(mill: Mill) -> list[dict[str, Any]]:
    return mill.lakehouse.books.read("quarantine", table_name="silver.grain")


def test_a_month_outside_of_the_window_is_left_as_it_stands(mill: Mill) -> None:
    mill.table("gold.flour_month").update({"kgco2e": "7"}, predicate="period in ('2025-01', '2025-03')")
    done = mill.reconcile("2025-02", "2025-03")
    assert told(done) == {("gold.flour_month", "2025-03", "update", "changed by another writer", Decimal(-5))}
    assert {row["period"]: row["kgco2e"] for row in mill.rows("gold.flour_month")} == {"2025-01": 7, "2025-02": 40, "2025-03": 2}
    assert str(done.window) == "2025-02 to 2025-03" and mill.reconcile("2025-02", "2025-03").findings == ()
    # What comes later is followed from the last whole build, the month that was built alone included.
    mill.receive("2", "L,1,2025-03-05,wheat,4", "M,1,2025-02-05,wheat,2")
    scopes = {row["table_name"]: row["scope"] for row in mill.lakehouse.books.read("commit", run_id=mill.build(publish=False).run_id)}
    assert scopes["gold.flour"] == scopes["gold.flour_month"] == "since"
    assert {row["period"]: row["kgco2e"] for row in mill.rows("gold.flour_month")} == {"2025-01": 7, "2025-02": 41, "2025-03": 4}


def test_what_is_asked_for_must_be_months(mill: Mill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBERLAKE_SCHEMAS", str(mill.contracts))
    for words, message in ((["--from", "2025-13"], "2025-13 is no month"), (["--from", "2025-04"], "ends before it begins: 2025-04 to 2025-03")):
        said = CliRunner().invoke(app, ["reconcile", "--lakehouse", str(mill.folder / "lakehouse"), *words])
        assert said.exit_code == 1 and message in said.stderr


def test_one_reconciliation_at_a_time(mill: Mill) -> None:
    with held(mill.lakehouse, ["reconciliation"], "{}"), pytest.raises(Busy, match="another reconciliation is going on"):
        mill.reconcile()
    assert mill.lakehouse.books.read("run") == []
