"""A plan that no longer stands, that somebody refused, or whose postings would be others, posts nothing."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest

from emberlake.orchestration import decisions
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.locks import Busy, held
from emberlake.runtime.recalculation import plans
from emberlake.runtime.recalculation.approval import Approval, Moved, NotAsPlanned
from emberlake.runtime.recalculation.planning import propose
from emberlake.runtime.recalculation.posting import NobodyDecided, approve, refuse
from emberlake.runtime.run import Selection, plan, run
from runtime.shops import Depot

WHO = ("A. Prüfer", "counted again")
LEDGER = "gold.stock_change"


def planned(depot: Depot) -> plans.Plan:
    found = propose(depot.lakehouse)
    assert found is not None
    return found


def at_ledger(depot: Depot, asked: str) -> tuple[bool, str]:
    """Whether the ledger would be built, and why not, where this must be approved."""
    house = Lakehouse(replace(depot.lakehouse.settings, approval=(asked,)))
    step = next(plan(house, Selection((LEDGER,))))
    return step.cause is not None, step.reason


@pytest.mark.slow
def test_what_a_plan_does_not_show_is_not_posted(two_months: Depot, tmp_path: Path) -> None:
    depot = two_months.copy(tmp_path / "depot")
    books = depot.lakehouse.books
    assert propose(depot.lakehouse) is None, "no ledger would be built"
    depot.receive("2", "A,2025-01-05,11")
    one = planned(depot)
    assert (one.reversed_count, one.posted_count, one.old_kgco2e, one.causes) == (1, 1, None, ("bronze.depot_movement",))

    # More lands, or a table moves, or the code is another: the plan says what.
    depot.receive("3", "D,2025-03-05,1")
    with pytest.raises(Moved, match=r"files landed for bronze\.depot_movement\. Make another"):
        approve(depot.lakehouse, one.plan_id, *WHO)
    with pytest.raises(plans.NoSuchPlan, match=r"was refused by A\. Prüfer already"):
        approve(depot.lakehouse, one.plan_id, *WHO)
    two = planned(depot)
    assert (two.reversed_count, two.posted_count) == (1, 2) and two.digests != one.digests
    depot.build("bronze.depot_movement", publish=False)
    with pytest.raises(Moved, match=r"no longer stands: bronze\.depot_movement went from version \d to \d\."):
        approve(depot.lakehouse, two.plan_id, *WHO)
    three = planned(depot)
    assert three.digests == two.digests, "the same postings, however far the tables before are built"

    # Other postings than those approved, or none of them: the ledger stands, and nothing is published.
    version = depot.lakehouse.store.version(LEDGER)
    for forged, words in (
        ({LEDGER: one.digests[LEDGER]}, "gold.stock_change would post other rows"),
        ({"gold.other": "1"}, "gold.stock_change would post other rows"),
    ):
        with pytest.raises(NotAsPlanned, match=words):
            run(depot.lakehouse, Selection(approval=Approval(three.plan_id, *WHO, planned(depot).pins, forged)))
        assert depot.lakehouse.store.version(LEDGER) == version and books.releases() == []
    four = planned(depot)
    with pytest.raises(NotAsPlanned, match=r"gold\.other posted nothing"):
        run(depot.lakehouse, Selection(publish=False, approval=Approval(four.plan_id, *WHO, four.pins, {**four.digests, "gold.other": "1"})))
    assert depot.total() == Decimal(37)

    # Somebody refuses, nobody decides, nothing is called so.
    depot.receive("4", "E,2025-03-06,5")
    depot.build(*depot.TABLES[:2], publish=False)
    assert at_ledger(depot, "required") == (True, ""), "what drives is built as always"
    held_up = "waits for approval, because of bronze.depot_movement: emberlake recalculation plan"
    assert at_ledger(depot, "depot") == (False, held_up), "unless somebody asked that it waits"
    last = planned(depot)
    with pytest.raises(NobodyDecided):
        refuse(depot.lakehouse, last.plan_id, "", "no")
    refuse(depot.lakehouse, last.plan_id, "B. Leiterin", "not before the audit")
    state = plans.states(books)[0]
    assert (state.plan_id, state.status, state.name, state.reason) == (last.plan_id, "refused", "B. Leiterin", "not before the audit")
    with pytest.raises(plans.NoSuchPlan, match=r"was refused by B\. Leiterin"):
        approve(depot.lakehouse, last.plan_id, *WHO)
    with pytest.raises(plans.NoSuchPlan, match="0 plans are called"):
        approve(depot.lakehouse, "nothing", *WHO)
    assert depot.total() == Decimal(37)

    # As a scheduler does it; an approval that found the tables held by another run is given again.
    settings = depot.lakehouse.settings
    told = decisions.plan(settings)
    assert told is not None and told["words"].startswith("0 postings taken back (None kgCO2e), 1 posted")
    with held(depot.lakehouse, ["silver.movement"], "{}"), pytest.raises(Busy):
        decisions.decide(settings, told["plan_id"], True, *WHO, str(uuid4()))
    assert plans.states(books)[0].status == "failed"
    run_id = str(uuid4())
    released = decisions.decide(settings, told["plan_id"], True, *WHO, run_id)
    assert released is not None and released["run_id"] == run_id and depot.total() == Decimal(42)
    assert (plans.states(books)[0].status, plans.states(books)[0].name) == ("posted", WHO[0])
    assert decisions.plan(settings) is None
