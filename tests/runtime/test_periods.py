"""One month alone: it is built and nothing else, and a later run of everything ends as if there had been no such run."""

from decimal import Decimal
from pathlib import Path

import pytest

from emberlake.runtime.run import Selection, plan
from runtime.shops import Depot

pytestmark = pytest.mark.slow
DERIVED = ("silver.movement", "gold.stock_change")
CHANGED = "inputs changed: bronze.depot_movement 1 → 2; whole, because its contract declares no reach"
FEBRUARY = {"period": "2025-02", "publish": False}


@pytest.fixture
def depot(two_months: Depot, tmp_path: Path) -> Depot:
    return two_months.copy(tmp_path / "depot")  # type: ignore[return-value]


def take_in(depot: Depot, *lines: str) -> None:
    """A second list, in bronze and no further."""
    depot.receive("2", *lines)
    depot.build("bronze.depot_movement", publish=False)


def test_a_month_is_built_alone_and_a_full_run_does_the_rest(depot: Depot) -> None:
    take_in(depot, "A,2025-01-05,11", "B,2025-02-05,22", "D,2025-02-09,7")
    february = depot.build(*DERIVED, **FEBRUARY)
    silver, gold = february.accounts["silver.movement/depot"], february.accounts["gold.stock_change"]
    # Six records: two of January are out of scope, of B the later one stands, C is as it was.
    assert (silver.input_count, silver.out_of_scope_count, silver.written_count, silver.merged_count, silver.unchanged_count) == (6, 2, 2, 1, 1)
    assert (gold.input_count, gold.out_of_scope_count, gold.written_count, gold.unchanged_count) == (4, 1, 2, 1)
    standing = [("A", "2025-01", 10), ("B", "2025-02", 22), ("C", "2025-02", 5), ("D", "2025-02", 7)]
    assert depot.movements() == depot.net() == standing
    # The next run knows that only a month was built, and goes on from the build before.
    assert [at.cause for at in plan(depot.lakehouse, Selection(DERIVED)) if at.contract.layer == "silver"] == [CHANGED]
    depot.build(*DERIVED, publish=False)
    assert depot.movements() == depot.net() == [("A", "2025-01", 11), *standing[1:]]
    assert depot.total() == Decimal(11 + 22 + 5 + 7)
    assert [at.cause for at in plan(depot.lakehouse, Selection(DERIVED)) if at.cause] == []


def test_a_month_can_be_built_when_new_files_have_landed(depot: Depot) -> None:
    depot.receive("2", "B,2025-02-05,22")
    depot.build(**FEBRUARY)
    assert ("B", "2025-02", 22) in depot.movements()


def test_a_month_does_not_bring_back_a_row_that_a_later_one_moved_away(depot: Depot) -> None:
    take_in(depot, "C,2025-01-06,5")
    depot.build("silver.movement", publish=False)
    assert ("C", "2025-01", 5) in depot.movements()
    depot.build("silver.movement", **FEBRUARY)
    assert ("C", "2025-01", 5) in depot.movements()


def test_a_row_that_moved_into_the_month_counts_once_after_a_full_run(depot: Depot) -> None:
    take_in(depot, "A,2025-02-01,10")
    depot.build(*DERIVED, **FEBRUARY)
    depot.build(*DERIVED, publish=False)
    assert depot.net() == [("A", "2025-02", 10), ("B", "2025-02", 20), ("C", "2025-02", 5)]
    assert depot.total() == 35
