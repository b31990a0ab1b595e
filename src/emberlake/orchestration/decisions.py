"""Recalculations as a scheduler starts them: a plan that somebody can read, and what was decided on it.

Works the same in all three ways of starting work; what was planned is read from the books afterwards.
"""

import logging
from typing import Any

from emberlake.orchestration.submit import released, submit
from emberlake.runtime.settings import Settings

log = logging.getLogger(__name__)
SHOWN = 40  # changes that the question shows
COLUMNS = ("period", "scope", "material_id", "material_name", "reversed_count", "posted_count", "old_kgco2e", "new_kgco2e")


def plan(settings: Settings) -> dict[str, Any] | None:
    """Plan what a run would post: id of the plan and a table in Markdown, or None where no ledger would be built."""
    before = newest(settings)
    if settings.spark_submit:
        submit(settings, "recalculate", "plan")
    else:
        from emberlake.runtime.lakehouse import Lakehouse
        from emberlake.runtime.recalculation.planning import propose

        propose(Lakehouse(settings), log.info)
    after = newest(settings)
    return in_words(settings, after) if after and after != before else None


def decide(settings: Settings, plan_id: str, approves: bool, name: str, reason: str, run_id: str) -> dict[str, Any] | None:
    """Post what a plan shows, or enter that it was refused; the release that was made, or None where there was none."""
    verb = "approve" if approves else "refuse"
    if settings.spark_submit:
        submit(settings, "recalculate", verb, plan_id, "--name", name, "--reason", reason, "--run-id", run_id)
    else:
        from emberlake.runtime.lakehouse import Lakehouse
        from emberlake.runtime.recalculation import posting

        if approves:
            posting.approve(Lakehouse(settings), plan_id, name, reason, log.info, run_id)
        else:
            posting.refuse(Lakehouse(settings), plan_id, name, reason)
    return released(settings, run_id)


def newest(settings: Settings) -> str | None:
    """Id of the plan that was made last."""
    from emberlake.runtime.lakehouse import Lakehouse
    from emberlake.runtime.recalculation.plans import states

    return next((state.plan_id for state in states(Lakehouse(settings).books)), None)


def in_words(settings: Settings, plan_id: str) -> dict[str, str]:
    """A plan for whoever decides on it: its id, and its largest changes as a table."""
    from emberlake.runtime.lakehouse import Lakehouse
    from emberlake.runtime.recalculation.plans import changes_of, plan_named

    books = Lakehouse(settings).books
    found, rows = plan_named(books, plan_id), changes_of(books, plan_id)
    lines = ["| " + " | ".join("" if row[name] is None else str(row[name]) for name in COLUMNS) + " |" for row in rows[:SHOWN]]
    head = ["| " + " | ".join(COLUMNS) + " |", "|" + " --- |" * len(COLUMNS)]
    sums = f"{found.reversed_count} postings taken back ({found.old_kgco2e} kgCO2e), {found.posted_count} posted ({found.new_kgco2e} kgCO2e)"
    more = ["", f"and {len(rows) - SHOWN} more: `emberlake recalculation show {plan_id} --full`"] if len(rows) > SHOWN else []
    return {"plan_id": plan_id, "words": "\n".join([f"{sums}, because of {', '.join(found.causes)}.", "", *head, *lines, *more])}
