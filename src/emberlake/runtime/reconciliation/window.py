"""What a reconciliation proves: every table whole, or the months of a window."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyarrow.compute as pc

from emberlake.contracts.graph import build_order
from emberlake.errors import EmberlakeError
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.run import Selection

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Window:
    """Calendar months, YYYY-MM, in order; none where everything is meant. Tables without a period are proven whole in any case."""

    months: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.months[0]} to {self.months[-1]}" if self.months else "all months"

    def selections(self, lakehouse: Lakehouse, run_id: str, tables: Iterable[str] | None = None) -> Iterator[Selection]:
        """The runs that compute the window anew, of some tables or of all: in the order of the graph, without a release."""
        names = build_order(lakehouse.contracts, tables)
        if not self.months:
            yield Selection(tuple(names), again=True, publish=False, run_id=run_id)
            return
        for name in names:
            months = self.months if lakehouse.contract(name).has("period") else (None,)
            yield from (Selection((name,), month, again=True, publish=False, run_id=run_id) for month in months)


def window_of(lakehouse: Lakehouse, first: str | None, last: str | None) -> Window:
    """The window between two months, both included; one that is not named is the oldest or the newest that stands."""
    for month in (first, last):
        if month is not None and not MONTH.fullmatch(month):
            raise EmberlakeError(f"{month} is no month; write it as 2025-01")
    if first is None and last is None:
        return Window()
    standing = [first, last] if first and last else sorted(standing_months(lakehouse))
    if not standing:
        raise EmberlakeError("no month stands yet, so the window needs both ends: --from and --to")
    first, last = first or standing[0], last or standing[-1]
    assert first is not None and last is not None
    if first > last:
        raise EmberlakeError(f"the window ends before it begins: {first} to {last}")
    return Window(tuple(months_between(first, last)))


def standing_months(lakehouse: Lakehouse) -> set[str]:
    """Months of which any table has a row."""
    found: set[str] = set()
    for name in build_order(lakehouse.contracts):
        if lakehouse.contract(name).has("period") and lakehouse.store.exists(name):
            found |= set(pc.unique(lakehouse.store.dataset(name).to_table(columns=["period"]).column("period")).to_pylist())
    return found - {None}


def months_between(first: str, last: str) -> Iterator[str]:
    """Calendar months from one to the other, both included."""
    start, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return (f"{at // 12:04d}-{at % 12 + 1:02d}" for at in range(start, end + 1))
