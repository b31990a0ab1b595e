"""A corrected factor, a changed unit and a changed mapping: they wait, are planned, are approved by somebody, and are posted exactly so."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from emberlake.ask.explain import explain_emission
from emberlake.cli import app
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.recalculation import plans
from emberlake.runtime.run import Selection, Step, plan
from emberlake.runtime.store import actions
from emberlake.tables import Tables
from runtime.shops import hashes
from support.workshop import MASTERS, Workshop

REFERENCE = Path(__file__).parents[2] / "src" / "emberlake" / "reference"
STEEL_ROW = "desnz:2025:19_504_5116_15_1"
STEEL, CORRECTED = Decimal("2.86390131"), Decimal("3.00000007")  # kgco2e/kg
WIRE, SCREWS, MORE_SCREWS, FEBRUARY = Decimal("1250.5"), Decimal("50"), Decimal("60"), Decimal("2")  # kg
MOVED = ("bronze.decision_factor_mapping", "bronze.reference_emission_factor", "bronze.reference_unit")


def change_everything(shop: Workshop) -> None:
    """The publisher mends one value inside its edition, thousand pieces are a long thousand from now on, and paint is mapped no more."""
    factors = (REFERENCE / "emission_factor" / "desnz-2025.csv").read_text("utf-8").splitlines()
    lines = [line.replace("2863.90131", "3000.00007") if line.startswith(STEEL_ROW + ",") else line for line in factors]
    shop.deliver("reference/emission_factor/desnz-2025.csv", "\n".join(lines) + "\n", "utf-8")
    units = (REFERENCE / "unit" / "units.csv").read_text("utf-8")
    shop.deliver("reference/unit/units-2.csv", units.replace("kontor,Tsd,Tausend Stück,1000 * piece", "kontor,Tsd,Tausend Stück,1200 * piece"), "utf-8")
    shop.deliver("decision/factor_mapping.csv", "\n".join(line for line in MASTERS["decision/factor_mapping.csv"].splitlines() if ",M2," not in line) + "\n")
    assert sorted(row["table_name"] for row in shop.land().landed) == sorted(MOVED)


def emissions(shop: Workshop) -> dict[str, Decimal]:
    """Receipt → net kgCO2e, as plain sums over the postings give it."""
    found: dict[str, Decimal] = {}
    for row in shop.rows("gold.emission"):
        receipt = str(row["activity_id"]).rsplit(":", 1)[1]
        found[receipt] = found.get(receipt, Decimal(0)) + (Decimal(str(row["kgco2e"])) if row["kgco2e"] is not None else 0)
    return found


def ledger_files(shop: Workshop) -> dict[str, str]:
    """Data files of the ledger as its log names them, by content."""
    named = set(actions(shop.lakehouse.store.handle("gold.emission")).column("path").to_pylist())
    return {name: found for name, found in hashes(shop.lakehouse.store.path("gold.emission")) if name in named}


def inventory(tables: Tables, as_of: str | None = None) -> dict[Any, Any]:
    rows = tables.query("select inventory_id, kgco2e from gold.inventory", as_of=as_of).to_pylist()
    return {row["inventory_id"]: row["kgco2e"] for row in rows}


def at_ledger(shop: Workshop) -> Step:
    return next(plan(shop.lakehouse, Selection(("gold.emission",))))


def say(shop: Workshop, *words: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["recalculation", *words, "--lakehouse", str(shop.lakehouse.settings.lakehouse)])
    assert done.exit_code == code, done.output
    return " ".join((done.stdout + done.stderr).split())


@pytest.mark.slow
def test_from_a_correction_to_its_postings(spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("EMBERLAKE_APPROVAL", "required")
    shop = Workshop(tmp_path)
    shop.deliver_masters()
    shop.deliver_receipts(
        "2025-01", "R1;1;15.01.2025;1;7;D1;1.250,5;kg;900,00;EUR;;", "R2;1;15.01.2025;1;7;S1;4;Tsd;50,00;EUR;;", "R3;1;15.01.2025;1;8;F1;20;kg;300,00;EUR;;",
    )  # fmt: skip
    shop.land()
    shop.lakehouse = Lakehouse(replace(shop.lakehouse.settings, approval=("required",)))
    shop.run()  # what is built for the first time restates nothing
    tables, books = Tables(shop.lakehouse.settings.lakehouse), shop.lakehouse.books
    first, before, bytes_before = tables.release().release_id, emissions(shop), ledger_files(shop)
    published = inventory(tables)
    assert before["R1/1"] == WIRE * STEEL and before["R2/1"] == SCREWS * STEEL and before["R3/1"] > 0

    # Others restate what stands: the ledger waits, and a receipt with it; the tables before it and the release go on.
    change_everything(shop)
    shop.deliver_receipts("2025-02", "R4;1;03.02.2025;1;7;D1;2;kg;5,00;EUR;;")
    assert shop.land().refused == ()
    night = shop.run()
    assert night.skipped["gold.emission"] == f"waits for approval, because of {', '.join(MOVED)}: emberlake recalculation plan"
    assert night.accounts["gold.activity"].written_count == 3 and night.release_id is not None
    assert ledger_files(shop) == bytes_before and inventory(tables) == published
    assert tables.release().stale == {"gold.emission"}
    waiting = shop.lakehouse
    for asked, waits in (("ecb", False), ("decision", True), ("kontor", True)):
        shop.lakehouse = Lakehouse(replace(waiting.settings, approval=(asked,)))
        assert (at_ledger(shop).cause is None) is waits
    shop.lakehouse = waiting

    # The plan: old and new of every posting, and not a byte of the lakehouse changed for it.
    besides = ("audit/recalculation", "locks")
    everything = dict(hashes(waiting.settings.lakehouse, besides))
    told = say(shop, "plan", "--landing", str(shop.folder / "landing"))
    assert dict(hashes(waiting.settings.lakehouse, besides)) == everything
    found = plans.plan_named(books, plans.states(books)[0].plan_id)
    assert found.causes == tuple(sorted((*MOVED, "bronze.kontor_wareneingang"))) and f"because of {', '.join(found.causes)}" in told
    assert (found.reversed_count, found.posted_count) == (3, 4)
    assert (found.old_kgco2e, found.new_kgco2e) == (sum(before.values()), (WIRE + MORE_SCREWS + FEBRUARY) * CORRECTED)
    shown = {(row["period"], row["material_id"]): (row["old_kgco2e"], row["new_kgco2e"]) for row in plans.changes_of(books, found.plan_id)}
    assert shown == {
        ("2025-01", "kontor:D1"): (WIRE * STEEL, WIRE * CORRECTED), ("2025-01", "kontor:S1"): (SCREWS * STEEL, MORE_SCREWS * CORRECTED),
        ("2025-01", "kontor:F1"): (before["R3/1"], None), ("2025-02", "kontor:D1"): (None, FEBRUARY * CORRECTED),
    }  # fmt: skip
    assert "2025-01 3 kontor:S1 Schraube 1 1 143.1950655 180.0000042 36.8049387" in told
    assert f"approve {found.plan_id[:8]} --name" in told and "planned" in say(shop, "list")

    # Approved: exactly these postings, in files of their own beside those that stand.
    assert "give --name and --reason" in say(shop, "approve", found.plan_id, "--name", "A. Prüfer", "--reason", " ", code=1)
    assert "release " in say(shop, "approve", found.plan_id[:8], "--name", "A. Prüfer", "--reason", "erratum and a new box")
    assert emissions(shop) == {"R1/1": WIRE * CORRECTED, "R2/1": MORE_SCREWS * CORRECTED, "R3/1": 0, "R4/1": FEBRUARY * CORRECTED}
    assert ledger_files(shop).items() > bytes_before.items()
    assert sum(row["kgco2e"] for row in shop.rows("gold.emission") if row["kgco2e"] is not None) == found.new_kgco2e
    assert inventory(tables, first) == published, "what was published before can be read back"
    assert sum(value or 0 for value in inventory(tables).values()) == found.new_kgco2e

    # Cause, plan and approver stay with the postings; once is enough, and nothing waits any more.
    entered = books.last_commit("gold.emission", None)
    assert entered and (entered["plan_id"], entered["approved_by"]) == (found.plan_id, "A. Prüfer")
    words = (found.plan_id, "A. Prüfer", "erratum and a new box")
    history = explain_emission(tables, "3.1:kontor:R1/1|CO2e|single").history
    assert [(p.weight, p.plan_id, p.approved_by, p.approved_because) for p in history] == [(1, None, None, None), (-1, *words), (1, *words)]
    assert [row["status"] for row in sorted(books.read("recalculation"), key=lambda row: row["happened_at"])] == ["planned", "approved", "posted"]
    assert "was posted by A. Prüfer already" in say(shop, "approve", found.plan_id, "--name", "A. Prüfer", "--reason", "again", code=1)
    assert at_ledger(shop).reason == "nothing changed"

    # A rule of the ledger itself is somebody's decision too.
    contract = waiting.contract("gold.emission")
    waiting.__dict__["contracts"] = {**waiting.contracts, "gold.emission": replace(contract, rules=contract.rules[:-1])}
    assert at_ledger(shop).reason == "waits for approval, because of the contract or the function of gold.emission: emberlake recalculation plan"
