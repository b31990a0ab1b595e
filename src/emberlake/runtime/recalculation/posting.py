"""A plan approved, or refused: what becomes of it is entered under the name of who decided, with the reason."""

from emberlake.errors import EmberlakeError
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.recalculation import plans
from emberlake.runtime.recalculation.approval import Approval, Moved
from emberlake.runtime.run import Progress, Run, Selection, run


class NobodyDecided(EmberlakeError):
    """A decision without a name or without a reason."""


def approve(lakehouse: Lakehouse, plan_id: str, name: str, reason: str, progress: Progress = lambda _: None, run_id: str | None = None) -> Run:
    """Run what a plan shows, and release it. Raises Moved where the plan no longer stands, NotAsPlanned before anything else is posted.

    Also raises NoSuchPlan, NobodyDecided, and whatever stops the run.
    """
    plan = plans.open_plan(lakehouse.books, plan_id)
    said = decided(name, reason)
    approval = Approval(plan.plan_id, name, reason, plan.pins, plan.digests)
    plans.note(lakehouse.books, plan.plan_id, plans.APPROVED, **said)
    try:
        done = run(lakehouse, Selection(approval=approval, run_id=run_id), progress)
    except BaseException as error:
        status = plans.REFUSED if isinstance(error, Moved) else plans.FAILED
        plans.note(lakehouse.books, plan.plan_id, status, message=str(error) or type(error).__name__, **said)
        raise
    plans.note(lakehouse.books, plan.plan_id, plans.POSTED, run_id=done.run_id, release_id=done.release_id, **said)
    return done


def refuse(lakehouse: Lakehouse, plan_id: str, name: str, reason: str) -> None:
    """Enter that somebody does not want a plan; what it waits for goes on waiting. Raises NoSuchPlan, NobodyDecided."""
    plan = plans.open_plan(lakehouse.books, plan_id)
    plans.note(lakehouse.books, plan.plan_id, plans.REFUSED, **decided(name, reason))


def decided(name: str, reason: str) -> dict[str, str]:
    if not name.strip() or not reason.strip():
        raise NobodyDecided("a plan is approved or refused by somebody, for a reason: give --name and --reason")
    return {"name": name, "reason": reason}
