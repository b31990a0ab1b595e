"""Transactions that are torn: retention, compaction or damage took an event of theirs, or their END, and they never become whole.

A connector sends transaction after transaction, and after its death again from an earlier one, never from a later one. So what
a partition has of a transaction is there before anything of a later one is, and transactions are ordered by the END that came first.
Where compaction or retention takes the first of what is sent again, the order is no proof; a torn transaction that comes after all lands.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from math import inf

from emberlake.runtime.messages.sources import Source
from emberlake.runtime.messages.transactions import Ends, Part, counts_of, events_of, missing


def torn(parts: Sequence[Part], ends: Ends, sources: Sequence[Source], free: Set[str], landed: Sequence[Set[str]], ends_begin: float) -> set[str]:
    """Transactions of these parts that lack what cannot come any more.

    Those that are `free` need not be whole, and are no later ones where they are sent again. `landed` has what landed of each
    part's partition before it, or some of it. END events that were sent before `ends_begin` (milliseconds since 1970) were removed.
    """
    events, sent = events_of(parts, [len(part.lines) for part in parts]), first_sent(parts)
    reached = [
        max((ends[number].offset for number in before | each.keys() - free if number in ends), default=-1) for before, each in zip(landed, sent, strict=True)
    ]
    found = {number for each in sent for number, time in each.items() if number not in ends and time < ends_begin} | without_end(sent, ends, free)
    for number in events.keys() & ends.keys():
        lacking = [source for source in sources if missing(ends[number], events[number], [source])]
        passed = [[at > ends[number].offset for part, at in zip(parts, reached, strict=True) if part.source is source] for source in lacking]
        if lacking and all(counts_of(ends[number], source) and each and all(each) for source, each in zip(lacking, passed, strict=True)):
            found.add(number)
    return found - free


def first_sent(parts: Iterable[Part]) -> list[dict[str, float]]:
    """Of each part its transactions in the order in which they begin, and when their first line was sent."""
    found = []
    for part in parts:
        sent: dict[str, float] = {}
        for line in part.lines:
            if line.place:
                sent.setdefault(line.place.transaction, inf if line.timestamp is None else line.timestamp)
        found.append(sent)
    return found


def without_end(sent: Iterable[Mapping[str, float]], ends: Ends, free: Set[str]) -> set[str]:
    """Transactions whose END is not there, though that of one behind them in a partition was sent after them."""
    found = set()
    for each in sent:
        latest = -inf
        for number, time in reversed(list(each.items())):
            if number not in ends and latest >= time:
                found.add(number)
            if number in ends and number not in free:
                latest = max(latest, ends[number].timestamp or -inf)
    return found
