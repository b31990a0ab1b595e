"""Plans of recalculations and what became of them, as the books keep them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from emberlake.carbon.sums import exact_difference
from emberlake.errors import EmberlakeError
from emberlake.runtime.audit import Books
from emberlake.runtime.recalculation.pins import Pins, pins_of

PLANNED, APPROVED, REFUSED, FAILED, POSTED = "planned", "approved", "refused", "failed", "posted"
OPEN = (PLANNED, APPROVED, FAILED)  # may be approved, once more where a run did not come to its end
SHORTEST_PREFIX = 8
TABLE, CHANGES = "recalculation", "recalculation_change"


class NoSuchPlan(EmberlakeError):
    """No plan has the id, or several begin with it, or it is open no more."""


@dataclass(frozen=True)
class Plan:
    """What a recalculation would post: rows taken back and posted, their kgCO2e before and after, from what and because of what.

    `causes` are the bronze tables and code that moved; `builds` is job → why it is built; `digests` is job → digest of its postings.
    """

    plan_id: str
    planned_at: datetime
    causes: tuple[str, ...]
    builds: Mapping[str, str]
    pins: Pins
    digests: Mapping[str, str]
    reversed_count: int
    posted_count: int
    old_kgco2e: Decimal | None
    new_kgco2e: Decimal | None


@dataclass(frozen=True)
class PlanState:
    """A plan and what last happened to it."""

    plan_id: str
    planned_at: datetime
    status: str
    name: str | None
    reason: str | None
    reversed_count: int
    posted_count: int
    old_kgco2e: Decimal | None
    new_kgco2e: Decimal | None
    message: str | None


def keep(books: Books, plan: Plan, changes: list[dict[str, Any]]) -> None:
    """Enter a plan with its changes; the plan last, so that a plan that is there is whole."""
    books.write(CHANGES, changes)
    facts = {"causes": json.dumps(plan.causes), "builds": json.dumps(plan.builds), "pins": plan.pins.to_json(), "digests": json.dumps(plan.digests)}
    counted = {name: getattr(plan, name) for name in ("reversed_count", "posted_count", "old_kgco2e", "new_kgco2e")}
    note(books, plan.plan_id, PLANNED, happened_at=plan.planned_at, **facts, **counted)


def note(books: Books, plan_id: str, status: str, **facts: Any) -> None:
    """Enter what happened to a plan."""
    books.write(TABLE, [{"plan_id": plan_id, "status": status, "happened_at": books.now()} | facts])


def plan_named(books: Books, text: str) -> Plan:
    """The plan of an id, or of the beginning of one; raises NoSuchPlan."""
    rows = [row for row in books.read(TABLE, status=PLANNED) if row["plan_id"] == text or (len(text) >= SHORTEST_PREFIX and row["plan_id"].startswith(text))]
    if len(rows) != 1:
        raise NoSuchPlan(f"{len(rows)} plans are called {text!r}, exactly one is needed; list them with: emberlake recalculation list")
    row = rows[0]
    return Plan(
        row["plan_id"], row["happened_at"], tuple(json.loads(row["causes"])), json.loads(row["builds"]), pins_of(row["pins"]), json.loads(row["digests"]),
        row["reversed_count"], row["posted_count"], row["old_kgco2e"], row["new_kgco2e"],
    )  # fmt: skip


def open_plan(books: Books, text: str) -> Plan:
    """As `plan_named`, where nothing was posted by it and nobody refused it; raises NoSuchPlan otherwise."""
    plan = plan_named(books, text)
    state = next(state for state in states(books) if state.plan_id == plan.plan_id)
    if state.status not in OPEN:
        raise NoSuchPlan(
            f"plan {plan.plan_id} was {state.status}{f' by {state.name}' if state.name else ''} already; make another one: emberlake recalculation plan"
        )
    return plan


def changes_of(books: Books, plan_id: str) -> list[dict[str, Any]]:
    """What a plan shows for each job, period, scope and material: the largest difference first."""
    return sorted(books.read(CHANGES, plan_id=plan_id), key=lambda row: (-abs(difference(row)), row["job"], row["period"] or "", row["material_id"] or ""))


def difference(row: Mapping[str, Any]) -> Decimal:
    """New less old kgCO2e; what has no number adds nothing."""
    return exact_difference(row["new_kgco2e"], row["old_kgco2e"]) or Decimal(0)


def states(books: Books) -> list[PlanState]:
    """Every plan, the latest first. What was posted stays posted, whatever was tried afterwards."""
    events: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(books.read(TABLE), key=lambda row: row["happened_at"]):
        events.setdefault(row["plan_id"], []).append(row)
    listed = [state_of(rows) for rows in events.values()]
    return sorted(listed, key=lambda state: state.planned_at, reverse=True)


def state_of(events: list[dict[str, Any]]) -> PlanState:
    first = events[0]
    last = next((row for row in events if row["status"] == POSTED), events[-1])
    return PlanState(
        first["plan_id"], first["happened_at"], last["status"], last["name"], last["reason"], first["reversed_count"], first["posted_count"],
        first["old_kgco2e"], first["new_kgco2e"], last["message"],
    )  # fmt: skip
