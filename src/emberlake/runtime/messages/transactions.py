"""A transaction of a source lands whole: its events wait until its END is there, and as many events of each table as END says.

Debezium keeps the order of commits in each partition, so a partition is cut before the first event of a transaction that
is not whole; what was cut off stays with the broker.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from emberlake.runtime.messages.broker import Broker
from emberlake.runtime.messages.lines import Line, Message, envelope_of, is_text, number_of, object_of, whole_number
from emberlake.runtime.messages.sources import Source


@dataclass(frozen=True)
class End:
    """The END event of a transaction that came first: number of events by table as the source names it, and where and when it was sent."""

    counts: Mapping[str, int]
    offset: int = 0
    timestamp: int | None = None


Ends = Mapping[str, End]  # by transaction


@dataclass
class Part:
    """Lines that were fetched from one partition, from offset `begin` on, when it held messages up to `end`; `is_more` where it has more that were not.

    `before` is the file that holds what was fetched before them, where there is one.
    """

    source: Source
    partition: int
    lines: list[Line] = field(default_factory=list)
    is_more: bool = False
    begin: int = 0
    end: int = 0
    before: Path | None = None

    @property
    def next(self) -> int:
        """The offset behind the last line."""
        return self.lines[-1].offset + 1 if self.lines else self.begin

    def is_cut_short(self, free: Set[str]) -> bool:
        """Whether the rest of its first transaction may not have been fetched: what follows is its own or `free` to land."""
        told = [line.place.transaction for line in self.lines if line.place]
        return bool(told) and self.lines[0].place is not None and set(told) <= {told[0], *free}


def cuts(parts: Sequence[Part], ends: Ends, sources: Sequence[Source], free: Set[str] = frozenset()) -> list[int]:
    """How many lines of each part can land, so that every transaction in them is whole: in all sources, also in one without a part.

    Those that are `free` need not be.
    """
    cut = [len(part.lines) for part in parts]
    while True:
        seen = events_of(parts, cut)
        waits = {number for number, events in seen.items() if number not in free and missing(ends.get(number), events, sources)}
        shorter = [first_of(waits, part.lines[:count]) for part, count in zip(parts, cut, strict=True)]
        if shorter == cut:
            return cut
        cut = shorter


def events_of(parts: Sequence[Part], counts: Sequence[int]) -> dict[str, dict[str, set[int]]]:
    """Transaction → table → numbers of its events, among so many lines of each part. An event that was sent twice counts once."""
    seen: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for part, count in zip(parts, counts, strict=True):
        for place in (line.place for line in part.lines[:count] if line.place):
            seen[place.transaction][part.source.table].add(place.order)
    return seen


def missing(end: End | None, events: Mapping[str, set[int]], sources: Iterable[Source]) -> list[str]:
    """What a transaction lacks, in words; nothing where it is whole. Tables that no contract follows are not waited for."""
    if end is None:
        return ["its END event"]
    lacks = []
    for source in sources:
        counts, seen = counts_of(end, source), len(events.get(source.table, ()))
        lacks += [f"{count - seen} of {count} events of {name}" for name, count in counts.items() if seen < count]
        lacks += [f"a table of END that is topic {source.topic}; END names {', '.join(end.counts)}"] if seen and not counts else []
    return lacks


def counts_of(end: End, source: Source) -> dict[str, int]:
    """Number of events of the table that a source's topic is of, by its name in END; empty where END names no such table."""
    return {name: count for name, count in end.counts.items() if f".{source.topic}".endswith(f".{topic_letters(name)}")}


@cache
def topic_letters(table: str) -> str:
    """A table's name as Debezium has it in the name of a topic."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", table)


def first_of(waits: set[str], lines: list[Line]) -> int:
    return next((at for at, line in enumerate(lines) if line.place and line.place.transaction in waits), len(lines))


def ends_of(broker: Broker, topic: str, partitions: Iterable[int], wanted: Set[str], since: int) -> dict[str, End]:
    """END events of these transactions, of those that were sent at a time (milliseconds since 1970) or later.

    An END may be there before all events are, which another connection carries.
    """
    found: dict[str, End] = {}
    for partition in partitions if wanted else ():
        first = broker.offset_at(topic, partition, since)
        if first is None:
            continue
        for message in broker.messages(topic, partition, first, broker.ends(topic, partition)[1], most=1 << 62):
            number, counts = end_of(message)
            if number in wanted:
                found.setdefault(number, End(counts, message.offset, message.timestamp))
            if len(found) == len(wanted):
                break
    return found


def end_of(message: Message) -> tuple[str, dict[str, int]]:
    """The transaction that ends with a message, and its number of events by table; ("", {}) for any other message, and for a damaged END."""
    content = envelope_of(object_of(message.value or b""))
    number, tables = content.get("id"), content.get("data_collections") or []
    if content.get("status") != "END" or not is_text(number) or not isinstance(tables, list):
        return "", {}
    counts = dict(count for count in map(count_of, tables) if count)
    return (number_of(number), counts) if len(counts) == len(tables) else ("", {})


def count_of(told: Any) -> tuple[str, int] | None:
    """Number of events of one table, as END tells it."""
    name, count = (told.get("data_collection"), whole_number(told.get("event_count"))) if isinstance(told, dict) else (None, None)
    return (name, count) if is_text(name) and count is not None else None
