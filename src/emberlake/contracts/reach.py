"""Whether what a contract says about the reach of changes can be followed at all."""

from collections.abc import Iterator

from emberlake.contracts.model import Contract, Feed, Reach


def reach_agrees(contract: Contract, feed: Feed) -> Iterator[str]:
    """Groups are columns of the table, paths come from inputs, and what they lead through leads on to the driving input."""
    if feed.reach is None:
        return
    for name in feed.reach.group:
        if not contract.has(name):
            yield f"{feed.job}: reach groups by {name}, which is no column of {contract.name}"
    for table, ways in feed.reach.paths.items():
        if table not in feed.inputs:
            yield f"{feed.job}: reach has a path from {table}, which is no input"
        for way in ways:
            if not way.meets:
                yield f"{feed.job}: a way from {table} meets nothing; name columns of both sides"
            if way.through is not None and not arrives(feed.reach, feed.inputs[0], way.through, {table}):
                yield f"{feed.job}: the way from {table} through {way.through} does not lead to {feed.inputs[0]}; give {way.through} a path of its own"


def arrives(reach: Reach, driving: str, at: str, passed: set[str]) -> bool:
    """Whether a way from a table, none of those passed again, ends at the driving input."""
    ways = reach.paths.get(at, ()) if at not in passed and at != driving else ()
    return any(way.through is None or arrives(reach, driving, way.through, passed | {at}) for way in ways)
