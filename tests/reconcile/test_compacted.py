"""Somebody makes one file of many in every table: no row has changed, and nothing is computed, posted or repaired for it."""

import pytest

from emberlake.runtime.run import Run
from reconcile.mills import Mill

pytestmark = pytest.mark.slow
MASS = "    description: Mass of the part\n    required: true\n"
NOTE = "  - name: note\n    logicalType: string\n    physicalType: string\n    description: What was noted\n"


def test_rows_that_only_moved_to_another_file_are_no_change(mill: Mill) -> None:
    mill.receive("2", "L,1,2025-03-02,wheat,6", "A,3,2025-01-05,wheat,50")
    mill.build(publish=False)
    stood = {name: mill.content(name) for name in mill.TABLES[2:]}
    compact(mill)
    assert seen(mill.build(publish=False)) == {"silver.grain/mill": 0, "gold.flour": 0, "gold.flour_month": 0}
    assert {name: mill.content(name) for name in mill.TABLES[2:]} == stood

    # What comes meanwhile is found, and nothing more: one delivery, the third one of its month.
    mill.receive("3", "M,1,2025-03-03,wheat,2")
    mill.build("bronze.mill_delivery", publish=False)
    compact(mill, "bronze.mill_delivery")
    assert seen(mill.build(publish=False)) == {"silver.grain/mill": 1, "gold.flour": 1, "gold.flour_month": 3}
    assert mill.reconcile().findings == ()


def test_a_posting_that_somebody_changed_in_place_is_a_change(mill: Mill) -> None:
    """Ledgers refuse it, but whoever owns the folder can make them allow it."""
    ledger = mill.table("gold.flour")
    ledger.alter.set_table_properties({"delta.appendOnly": "false"})
    ledger.update({"kgco2e": "kgco2e + 1"}, predicate="grain_id = 'mill:E'")
    ledger.delete("grain_id = 'mill:H'")
    before = mill.total("gold.flour_month")
    assert seen(mill.build(publish=False)) == {"gold.flour_month": 2}
    assert mill.total("gold.flour_month") == mill.total() == before + 1 - 2


def test_a_column_that_came_meanwhile_is_empty_before(mill: Mill) -> None:
    mill.change("bronze/mill/delivery.odcs.yaml", MASS, f"{MASS}{NOTE}")
    mill.bring("mill/delivery_2.csv", "nr,revision,day,material,kg,note", "M,1,2025-03-03,wheat,2,late")
    mill.build("bronze.mill_delivery", publish=False)
    compact(mill, "bronze.mill_delivery")
    assert seen(mill.build(publish=False)) == {"silver.grain/mill": 1, "gold.flour": 1, "gold.flour_month": 2}
    assert mill.reconcile().findings == ()


def compact(mill: Mill, *tables: str) -> None:
    for name in tables or ("bronze.mill_delivery", "silver.grain", "gold.flour"):
        made = mill.table(name).optimize.compact()
        assert made["numFilesRemoved"] > made["numFilesAdded"] == 1, f"{name} had nothing to make one of"


def seen(done: Run) -> dict[str, int]:
    """Driving rows that the builds of a run were about; full deliveries are left out, which are read whole in any case."""
    return {job: account.input_count for job, account in done.accounts.items() if not job.startswith(("bronze", "silver.grain_factor"))}
