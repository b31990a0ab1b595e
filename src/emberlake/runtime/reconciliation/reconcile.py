"""Reconciliation: prove a window, enter what differs with its cause, and repair it by key. What nothing differs in is not touched.

The findings are entered before the repair, so that a crash between the two loses none: what was not repaired is found again.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.locks import held
from emberlake.runtime.reconciliation.finding import Finding
from emberlake.runtime.reconciliation.proof import PATIENCE_S, prove
from emberlake.runtime.reconciliation.window import Window
from emberlake.runtime.run import Progress, Selection, run
from emberlake.runtime.settings import now

ONCE = "another reconciliation is going on ({}); wait for it to end"


@dataclass(frozen=True)
class Reconciliation:
    """What a reconciliation found; `repair_run_id` names the run that repaired it, None where nothing was repaired."""

    run_id: str
    window: Window
    findings: tuple[Finding, ...]
    repair_run_id: str | None = None


def reconcile(lakehouse: Lakehouse, window: Window, repairs: bool = True, progress: Progress = lambda _: None) -> Reconciliation:
    """Prove, enter, repair, publish. Without `repairs` nothing is entered either. Raises Busy where the tables are held for too long."""
    run_id, started = str(uuid4()), now()
    with held(lakehouse, ["reconciliation"], ONCE):
        try:
            proof = prove(lakehouse, window, run_id, progress)
            done = Reconciliation(run_id, window, proof.findings, str(uuid4()) if repairs and proof.findings else None)
            if done.repair_run_id:
                lakehouse.books.write("reconciliation", rows_of(done))
                repair(lakehouse, window, proof.tables, done.repair_run_id, progress)
        except BaseException as error:
            if repairs:
                with suppress(Exception):  # what stopped it is told, not that it could not be entered
                    enter(lakehouse, run_id, window, started, "failed", str(error))
            raise
        if repairs:
            enter(lakehouse, run_id, window, started, "complete", outcome(done))
    return done


def repair(lakehouse: Lakehouse, window: Window, tables: tuple[str, ...], run_id: str, progress: Progress) -> None:
    """Build what differs anew, which writes the differing keys and no others; then the ordinary run builds what follows, and publishes."""
    for selection in window.selections(lakehouse, run_id, tables):
        run(lakehouse, selection, progress, PATIENCE_S)
    run(lakehouse, Selection(run_id=run_id), progress, PATIENCE_S)


def rows_of(done: Reconciliation) -> Iterator[dict[str, Any]]:
    """The findings as rows of `audit.reconciliation`."""
    found_at = now()
    for finding in done.findings:
        yield {
            "run_id": done.run_id, "table_name": finding.table, "row_key": finding.row_key, "period": finding.period, "change": finding.change,
            "cause": finding.cause, "kgco2e_before": finding.kgco2e_before, "kgco2e_after": finding.kgco2e_after,
            "kgco2e_difference": finding.kgco2e_difference, "repair_run_id": done.repair_run_id, "found_at": found_at,
        }  # fmt: skip


def outcome(done: Reconciliation) -> str:
    """In words what a reconciliation came to."""
    tables = {finding.table for finding in done.findings}
    return f"{len(done.findings)} keys of {', '.join(sorted(tables))} differed and were repaired" if tables else "nothing differed"


def enter(lakehouse: Lakehouse, run_id: str, window: Window, started: datetime, status: str, message: str) -> None:
    """The row of `audit.run` by which an auditor sees that a window was proven."""
    lakehouse.books.write("run", [{
        "run_id": run_id, "selection": f"reconciliation of {window}", "started_at": started, "finished_at": now(), "status": status,
        "release_id": None, "message": message,
    }])  # fmt: skip
