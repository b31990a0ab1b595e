"""Which messages of sources that share transactions wait at the broker: those of transactions that are not whole, until they are, or are torn."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any

from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.messages.broker import Broker
from emberlake.runtime.messages.fetching import extend
from emberlake.runtime.messages.gaps import Gaps
from emberlake.runtime.messages.lines import Line
from emberlake.runtime.messages.outage import Outage
from emberlake.runtime.messages.overdue import arriving, is_overdue, lacking, torn_gaps, unfinished_gaps
from emberlake.runtime.messages.sent_again import sent_again, transactions_in
from emberlake.runtime.messages.sources import Source
from emberlake.runtime.messages.torn import torn
from emberlake.runtime.messages.transactions import End, Part, cuts, ends_of

AHEAD = 10_000  # so many messages of a partition are looked at where the first one is overdue, also where fewer are fetched at a time
EARLIER_MS = 60_000  # how far the clock behind the messages may have stepped back


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
    topic: str  # of the END events
    ends: dict[str, End] = field(default_factory=dict)
    free: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)

    def of(self, parts: list[Part]) -> list[Part]:
        """Parts without what waits. A transaction that is larger than a micro-batch is fetched to its end.

        So is one that a connector began before it died: its rest stands behind what is sent again. Raises Outage where the topic of END
        events is not there, and events wait for it.
        """
        while True:
            self.find_ends(parts)
            cut = self.cut(parts)
            if self.fetch_rest(parts, cut) or self.let_go(parts, cut):
                continue
            return [replace(part, lines=part.lines[:count], is_more=part.is_more or count < len(part.lines)) for part, count in zip(parts, cut, strict=True)]

    def find_ends(self, parts: list[Part]) -> None:
        """Look for the END events of these lines' transactions; they were sent after the events, so they are looked for by time."""
        lines = [line for part in parts for line in part.lines if line.place and line.place.transaction not in self.ends]
        since = min((line.timestamp or 0 for line in lines), default=0) - EARLIER_MS
        self.ends |= self.ends_of({transaction_of(line) for line in lines}, since)

    def ends_of(self, wanted: set[str], since: int) -> dict[str, End]:
        if wanted and self.topic not in self.topics:
            raise Outage(f"topic {self.topic}: the broker has none of this name, and events wait for the END of their transactions; let the source write it")
        return ends_of(self.broker, self.topic, self.topics.get(self.topic, ()), wanted, since)

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
        if part.is_cut_short(self.free) and transaction_of(part.lines[0]) in self.ends:
            return True
        return is_overdue(part, part.lines[0]) and len(part.lines) < AHEAD

    def let_go(self, parts: list[Part], cut: list[int]) -> bool:
        """Enter what waits for longer than its source allows, and let go what of it is torn; False where this changes nothing.

        It is entered before it lands, so that nothing lands in parts untold.
        """
        lacks = lacking(parts, cut, self.ends, self.sources, self.free)
        if not lacks:
            return False
        ends, gone = self.torn(parts, lacks.keys())
        hidden = {number: ends[number] for number in lacks if number in ends and number not in self.ends}  # by a clock that was put back
        if hidden:
            self.ends |= hidden
            return True
        self.free |= gone
        waits = {number: lacks[number] for number in lacks.keys() - arriving(parts, cut, self.ends, lacks)}
        told = torn_gaps(parts, cut, {number: lacks[number] for number in gone}) if gone else unfinished_gaps(parts, cut, waits)
        for gap in self.gaps.enter(*told):
            self.progress(gap.message)
        return bool(gone)

    def torn(self, parts: list[Part], overdue: Set[str]) -> tuple[dict[str, End], set[str]]:
        """END events, and those transactions that are torn. Before one is held to be, END events are read from the first that there is on."""
        landed = [transactions_in(part.before) if part.before and part.before.exists() else set[str]() for part in parts]
        lines = [line for part in parts for line in part.lines if line.place]
        first = min(line.timestamp or 0 for line in lines if transaction_of(line) in overdue)
        ends, gone = dict[str, End](), set(overdue)
        for since in (first - EARLIER_MS, 0):
            ends = self.ends_of({transaction_of(line) for line in lines}.union(*landed), since)
            gone &= torn(parts, ends, self.sources, self.free, landed, self.ends_begin()) if len(self.topics[self.topic]) == 1 else set()
            if not gone:
                break
        return ends, gone

    def ends_begin(self) -> float:
        """When the first message of the topic of END events was sent, where earlier ones were removed; -inf where none were."""
        partition = self.topics[self.topic][0]
        first, end = self.broker.ends(self.topic, partition)
        begin = next(self.broker.messages(self.topic, partition, first, end, 1), None)
        return begin.timestamp or -inf if first and begin else -inf


def transaction_of(line: Line) -> str:
    """Transaction of a line that has one."""
    assert line.place is not None
    return line.place.transaction
