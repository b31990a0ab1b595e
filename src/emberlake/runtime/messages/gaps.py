"""Messages that are not to be had, entered once in `audit.gap`: lost, changed behind our back, waiting overdue, or of a torn transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.messages.sources import Source


@dataclass(frozen=True)
class Gap:
    """A range of offsets of one partition, both included, and why its messages are not in the lakehouse or no longer in the topic."""

    partition: int
    first: int
    last: int
    cause: str  # retention, went_back, rewritten, unfinished, torn
    message: str


class Gaps:
    """The gaps that the books know, and the way to enter one more."""

    def __init__(self, lakehouse: Lakehouse) -> None:
        self.lakehouse = lakehouse
        self.rows: list[dict[str, Any]] = lakehouse.books.read("gap")

    def enter(self, *found: tuple[Source, Gap]) -> list[Gap]:
        """Enter gaps, in one commit, and give those that were not known.

        Known is one of the same cause that begins at the same offset, or for a topic that went back ends there; a torn one begins and ends there.
        """
        known, rows, new = {_identity(row) for row in self.rows}, [], []
        for source, gap in found:
            row = {
                "table_name": source.table, "topic": source.topic, "partition_number": gap.partition, "first_missing": gap.first,
                "last_missing": gap.last, "cause": gap.cause, "message": gap.message, "found_at": self.lakehouse.books.now(),
            }  # fmt: skip
            if _identity(row) not in known:
                known.add(_identity(row))
                rows.append(row)
                new.append(gap)
        if rows:
            self.lakehouse.books.write("gap", rows)
            self.rows += rows
        return new


def _identity(row: Mapping[str, Any]) -> tuple[Any, ...]:
    ends = {"went_back": ("last_missing",), "torn": ("first_missing", "last_missing")}.get(row["cause"], ("first_missing",))
    return tuple(row[name] for name in ("table_name", "topic", "partition_number", "cause", *ends))
