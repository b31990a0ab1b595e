"""Transactions that wait for longer than their source allows: those that are torn are let go, and all are entered."""

from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import groupby

from emberlake.runtime.messages.lines import Line
from emberlake.runtime.messages.sources import Source
from emberlake.runtime.messages.transactions import Ends, Part, events_of, missing
from emberlake.runtime.settings import now

NAMED = 5  # so many of the transactions of a range are named
SEE = "see to the connector that writes the topic. To land without waiting take `transactions` out of the contract"
DELIVER = "which cannot come any more; what there is lands. Deliver what they said by a snapshot of the source"
Range = tuple[Part, Line, Line, str]  # from one line to another, and what is to be said of it


def lacking(parts: Sequence[Part], cut: Sequence[int], ends: Ends, sources: Sequence[Source], free: Set[str]) -> dict[str, str]:
    """What transactions lack that are overdue and not `free`; not those for whose events it needs only be fetched further."""
    seen, found = events_of(parts, [len(part.lines) for part in parts]), dict[str, str]()
    arriving = [part.source for part, count in zip(parts, cut, strict=True) if part.is_more and count]
    for part, count in zip(parts, cut, strict=True):
        for line in part.lines[count:]:
            if line.place is None or (number := line.place.transaction) in free or number in found or not is_overdue(part, line):
                continue
            end, events = ends.get(number), seen[number]
            if (lacks := missing(end, events, sources)) and not (end and missing(end, events, arriving)):
                found[number] = ", ".join(lacks)
    return found


def is_overdue(part: Part, line: Line) -> bool:
    """Whether a line waits for longer than its source allows."""
    return now().timestamp() - (line.timestamp or 0) / 1000 >= part.source.overdue_s


def ranges_of_torn(parts: Sequence[Part], cut: Sequence[int], torn: Mapping[str, str]) -> Iterator[Range]:
    """Ranges of lines of transactions that are torn, which lack so much."""
    for part, count in zip(parts, cut, strict=True):
        for is_torn, run in groupby(part.lines[count:], key=lambda line: line.place is not None and line.place.transaction in torn):
            if is_torn:
                lines = list(run)
                numbers = list(dict.fromkeys(line.place.transaction for line in lines if line.place))
                told = ", ".join(f"{number} lacks {torn[number]}" for number in numbers[:NAMED])
                more = f" and {len(numbers) - NAMED} more" if len(numbers) > NAMED else ""
                yield part, lines[0], lines[-1], f"transaction {told}{more}, {DELIVER}"


def ranges_of_waiting(parts: Sequence[Part], cut: Sequence[int], lacks: Mapping[str, str]) -> Iterator[Range]:
    """Of each part all lines from the first one on that waits for what its transaction lacks."""
    for part, count in zip(parts, cut, strict=True):
        for line in part.lines[count:]:
            if line.place and (number := line.place.transaction) in lacks:
                yield part, line, part.lines[-1], f"transaction {number} waits from offset {line.offset} on for {lacks[number]}; {SEE}"
                break
