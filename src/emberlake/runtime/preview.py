"""What a run would do, said before anything runs: which tables, from where on, how many groups, and why. Nothing is written."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

from emberlake.runtime.build import Order
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.run import Selection, order_of, plan
from emberlake.runtime.since import touched
from emberlake.runtime.write import scope_name

NOTHING, FOLLOWS = "nothing", "follows"


@dataclass(frozen=True)
class Preview:
    """One feed of a table: scope (nothing, all, since, a month, or follows: once the tables that it reads are built), groups touched so far, and why."""

    job: str
    scope: str
    group_count: int | None
    why: str


def preview(lakehouse: Lakehouse, selection: Selection) -> Iterator[Preview]:
    """The plan of a run. How far it goes below a table that is built shows only when that is built: such tables follow."""
    moving: set[str] = set()
    for at in plan(lakehouse, selection):
        before = sorted(moving & set(at.feed.inputs))
        if at.cause is None and not before:
            yield Preview(at.feed.job, NOTHING, None, at.reason)
            continue
        moving.add(at.contract.name)
        after = f"after {', '.join(before)}" if before else ""
        if at.cause is None:
            yield Preview(at.feed.job, FOLLOWS, None, after)
        else:
            order = order_of(lakehouse, at, str(uuid4()), selection.period)
            yield Preview(at.feed.job, scope_name(order), group_count(lakehouse, order), "; ".join(filter(None, (at.cause, after))))


def group_count(lakehouse: Lakehouse, order: Order) -> int | None:
    """Groups that would be computed; None where the whole table would."""
    if order.since is None:
        return None
    found = touched(lakehouse, order)
    return 0 if found is None else found.groups.count()
