"""Messages that are not to be had, entered once in `audit.gap`: lost by retention, changed behind our back, or waiting overdue."""

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
    cause: str  # retention, went_back, rewritten, unfinished
    message: str


class Gaps:
    """The gaps that the books know, and the way to enter one more."""

    def __init__(self, lakehouse: Lakehouse) -> None:
        self.lakehouse = lakehouse
        self.rows: list[dict[str, Any]] = lakehouse.books.read("gap")

    def enter(self, source: Source, gap: Gap) -> bool:
        """Enter a gap; False where one of this cause is known that begins, or for a topic that went back ends, at the same offset."""
        end = "last_missing" if gap.cause == "went_back" else "first_missing"
        row = {
            "table_name": source.table, "topic": source.topic, "partition_number": gap.partition, "first_missing": gap.first,
            "last_missing": gap.last, "cause": gap.cause, "message": gap.message, "found_at": self.lakehouse.books.now(),
        }  # fmt: skip
        same = ("table_name", "topic", "partition_number", "cause", end)
        if any(all(known[name] == row[name] for name in same) for known in self.rows):
            return False
        self.lakehouse.books.write("gap", [row])
        self.rows.append(row)
        return True
