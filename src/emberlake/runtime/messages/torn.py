"""A transaction that is torn: retention, compaction or damage took an event of it, or its END, and it never becomes whole.

A connector sends in the order of commits, and after its death again from an earlier place, never from a later one. So where an
event of a later transaction stands in a partition, all that is to come of an earlier one came before.
"""

from collections.abc import Iterable, Sequence, Set

from emberlake.runtime.messages.sources import Source
from emberlake.runtime.messages.transactions import Ends, Part, counts_of, events_of, missing

Place = tuple[str, int]  # topic and partition


def is_torn(transaction: str, parts: Sequence[Part], ends: Ends, sources: Iterable[Source], again: Set[str], lost: Set[Place]) -> bool:
    """Whether what a transaction lacks cannot come any more.

    Transactions that are sent `again` are no later ones. Of the partitions in `lost` messages were removed since it was made.
    """
    end, later = ends.get(transaction), later_than(transaction, parts) - again
    if end is None:
        return bool(later & ends.keys())
    events = events_of(parts, [len(part.lines) for part in parts])[transaction]
    lacking = [source for source in sources if missing(end, events, [source])]
    return all(counts_of(end, source) and is_passed(source, parts, later, lost) for source in lacking)


def is_passed(source: Source, parts: Iterable[Part], later: Set[str], lost: Set[Place]) -> bool:
    """Whether each partition of a source has events of one of these transactions, or lost messages; not where it could not be fetched."""
    own = [part for part in parts if part.source == source]
    return bool(own) and all((source.topic, part.partition) in lost or transactions_of(part) & later for part in own)


def later_than(transaction: str, parts: Iterable[Part]) -> set[str]:
    """Transactions that begin behind this one in a partition."""
    found = set[str]()
    for part in parts:
        order = list(dict.fromkeys(line.place.transaction for line in part.lines if line.place))
        found |= set(order[order.index(transaction) + 1 :]) if transaction in order else set()
    return found


def transactions_of(part: Part) -> set[str]:
    return {line.place.transaction for line in part.lines if line.place}
