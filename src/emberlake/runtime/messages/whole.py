"""Which messages of sources that share transactions wait at the broker: those of transactions that are not whole, until they are, or are torn."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.messages.broker import Broker
from emberlake.runtime.messages.fetching import extend
from emberlake.runtime.messages.gaps import Gap, Gaps
from emberlake.runtime.messages.lines import Line
from emberlake.runtime.messages.sent_again import sent_again
from emberlake.runtime.messages.sources import MOST_MESSAGES, Source
from emberlake.runtime.messages.torn import is_torn
from emberlake.runtime.messages.transactions import Part, cuts, ends_of, events_of, missing
from emberlake.runtime.settings import now

EARLIER_MS = 60_000  # how far the clock behind the messages may have stepped back
SEE = "see to the connector that writes the topic. To land without waiting take `transactions` out of the contract"
DELIVER = "what there is of it lands. Deliver what it said by a snapshot of the source"


@dataclass
class Whole:
    """One call. `free` are the transactions that need not be whole: they landed and are sent again, or are torn."""

    lakehouse: Lakehouse
    broker: Broker
    gaps: Gaps
    landed: Mapping[str, list[dict[str, Any]]]
    progress: Callable[[str], None]
    topics: Mapping[str, list[int]]
    sources: list[Source]
    ends: dict[str, dict[str, int]] = field(default_factory=dict)
    free: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)

    def of(self, parts: list[Part]) -> list[Part]:
        """Parts without what waits. A transaction that is larger than a micro-batch is fetched to its end.

        So is one that a connector began before it died: its rest stands behind what is sent again.
        """
        while True:
            self.find_ends(line for part in parts for line in part.lines)
            cut = self.cut(parts)
            if self.fetch_rest(parts, cut) or self.let_go(parts, cut):
                continue
            return [replace(part, lines=part.lines[:count], is_more=part.is_more or count < len(part.lines)) for part, count in zip(parts, cut, strict=True)]

    def find_ends(self, lines: Iterable[Line], since: int | None = None) -> bool:
        """Look for the END events of these lines' transactions; False where there is none that was not known.

        They were sent after the events, so they are looked for by time where none is told.
        """
        lines = [line for line in lines if line.place and line.place.transaction not in self.ends]
        first = min((line.timestamp or 0 for line in lines), default=0) - EARLIER_MS
        wanted = {line.place.transaction for line in lines if line.place}
        topic = str(self.sources[0].transactions)
        found = ends_of(self.broker, topic, self.topics.get(topic, ()), wanted, first if since is None else since)
        self.ends |= found
        return bool(found)

    def cut(self, parts: list[Part]) -> list[int]:
        """How many lines of each part can land."""
        while True:
            cut = cuts(parts, self.ends, self.sources, self.free)
            held = [line.place for part, count in zip(parts, cut, strict=True) for line in part.lines[count:] if line.place]
            held = [place for place in held if place.transaction not in self.asked]
            found = sent_again(self.lakehouse, self.sources, self.landed, held)
            self.asked |= {place.transaction for place in held}
            if not found:
                return cut
            self.free |= found

    def fetch_rest(self, parts: list[Part], cut: list[int]) -> bool:
        """Fetch more of partitions of which nothing can land: the rest of their first transaction may stand behind, or what tells that it is torn.

        False where there are none.
        """
        stuck = [part for part, count in zip(parts, cut, strict=True) if not count and part.is_more and self.is_of_use(part)]
        for part in stuck:
            extend(self.broker, part, max(part.source.most_messages, len(part.lines)))
        return bool(stuck)

    def is_of_use(self, part: Part) -> bool:
        if is_overdue(part, part.lines[0]):
            return part.is_cut_short(self.free) or len(part.lines) < MOST_MESSAGES
        return part.is_cut_short(self.free) and transaction_of(part.lines[0]) in self.ends

    def let_go(self, parts: list[Part], cut: list[int]) -> bool:
        """Enter transactions that wait for longer than their source allows, and let go those that are torn; False where this changes nothing."""
        known, seen = (len(self.free), len(self.ends)), events_of(parts, [len(part.lines) for part in parts])
        for part, count in zip(parts, cut, strict=True):
            if count == len(part.lines) or not is_overdue(part, first := part.lines[count]):
                continue
            transaction = transaction_of(first)
            lacks = missing(self.ends.get(transaction), seen[transaction], self.sources)
            if transaction in self.free or not lacks:
                continue  # it waits for one that stands before it in another partition
            if not self.is_torn(first, parts):
                self.enter(part, first, "unfinished", f"waits from offset {first.offset} on for {', '.join(lacks)}; {SEE}")
            elif transaction in self.ends or not self.find_ends([first], since=0):
                self.free.add(transaction)
                self.enter(part, first, "torn", f"lacks {', '.join(lacks)}, which cannot come any more; {DELIVER}")
        return (len(self.free), len(self.ends)) != known

    def is_torn(self, line: Line, parts: list[Part]) -> bool:
        removed = [row for row in self.gaps.rows if row["cause"] == "retention" and row["found_at"].timestamp() * 1000 >= (line.timestamp or 0)]
        return is_torn(transaction_of(line), parts, self.ends, self.sources, self.free, {(row["topic"], row["partition_number"]) for row in removed})

    def enter(self, part: Part, first: Line, cause: str, told: str) -> None:
        words = f"topic {part.source.topic}, partition {part.partition}: transaction {transaction_of(first)} {told}"
        if self.gaps.enter(part.source, Gap(part.partition, first.offset, part.lines[-1].offset, cause, words)):
            self.progress(words)


def transaction_of(line: Line) -> str:
    """Transaction of a line that has one."""
    assert line.place is not None
    return line.place.transaction


def is_overdue(part: Part, line: Line) -> bool:
    return now().timestamp() - (line.timestamp or 0) / 1000 >= part.source.overdue_s
