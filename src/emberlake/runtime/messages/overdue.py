"""Transactions that wait for longer than their source allows: those that are torn are let go, and all are entered."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import groupby

from emberlake.runtime.messages.gaps import Gap
from emberlake.runtime.messages.lines import Line
from emberlake.runtime.messages.sources import Source
from emberlake.runtime.messages.transactions import Ends, Part, events_of, missing
from emberlake.runtime.settings import now

NAMED = 5  # so many of the transactions of a range are named
SEE = "see to the connector that writes the topic. To land without waiting take `transactions` out of the contract"
DELIVER = "which cannot come any more; what there is lands. Deliver what they said by a snapshot of the source"


def lacking(parts: Sequence[Part], cut: Sequence[int], ends: Ends, sources: Sequence[Source], free: Set[str]) -> dict[str, str]:
    """What transactions lack that are overdue and not `free`, also where it only was not fetched yet."""
    seen, found = events_of(parts, [len(part.lines) for part in parts]), dict[str, str]()
    for part, count in zip(parts, cut, strict=True):
        for line in part.lines[count:]:
            if line.place is None or (number := line.place.transaction) in free or number in found or not is_overdue(part, line):
                continue
            if lacks := missing(ends.get(number), seen[number], sources):
                found[number] = ", ".join(lacks)
    return found


def arriving(parts: Sequence[Part], cut: Sequence[int], ends: Ends, lacks: Iterable[str]) -> set[str]:
    """Those of these transactions whose events may only not be fetched yet, as more of their source is fetched with each call."""
    seen = events_of(parts, [len(part.lines) for part in parts])
    sources = [part.source for part, count in zip(parts, cut, strict=True) if part.is_more and count]
    return {number for number in lacks if number in ends and missing(ends[number], seen[number], sources)}


def is_overdue(part: Part, line: Line) -> bool:
    """Whether a line waits for longer than its source allows."""
    return now().timestamp() - (line.timestamp or 0) / 1000 >= part.source.overdue_s


def torn_gaps(parts: Sequence[Part], cut: Sequence[int], torn: Mapping[str, str]) -> Iterator[tuple[Source, Gap]]:
    """Ranges of lines of transactions that are torn, which lack so much."""
    for part, count in zip(parts, cut, strict=True):
        for is_torn, run in groupby(part.lines[count:], key=lambda line: line.place is not None and line.place.transaction in torn):
            if is_torn:
                lines = list(run)
                numbers = list(dict.fromkeys(line.place.transaction for line in lines if line.place))
                told = ", ".join(f"{number} lacks {torn[number]}" for number in numbers[:NAMED])
                more = f" and {len(numbers) - NAMED} more" if len(numbers) > NAMED else ""
                yield part.source, gap_of(part, lines[0], lines[-1], "torn", f"transaction {told}{more}, {DELIVER}")


def unfinished_gaps(parts: Sequence[Part], cut: Sequence[int], lacks: Mapping[str, str]) -> Iterator[tuple[Source, Gap]]:
    """Of each part all lines from the first one on that waits for what its transaction lacks."""
    for part, count in zip(parts, cut, strict=True):
        for line in part.lines[count:]:
            if line.place and (number := line.place.transaction) in lacks:
                words = f"transaction {number} waits from offset {line.offset} on for {lacks[number]}; {SEE}"
                yield part.source, gap_of(part, line, part.lines[-1], "unfinished", words)
                break


def gap_of(part: Part, first: Line, last: Line, cause: str, told: str) -> Gap:
    return Gap(part.partition, first.offset, last.offset, cause, f"topic {part.source.topic}, partition {part.partition}: {told}")
