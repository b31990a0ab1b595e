"""What waits for approval: a ledger whose numbers would change because of something that its own sources did not say.

Causes are followed through the builds behind the moved inputs, down to what was delivered. A source that delivers driving rows
speaks for itself and for its master data; factors, units, decisions and other reference data wait, and so do changed contracts
and functions. Where both came, both wait, for a table is built from all of its inputs at once.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from emberlake.contracts.model import Contract, Feed
from emberlake.names import WHOLE_SCOPES
from emberlake.runtime.functions import fingerprint
from emberlake.runtime.lakehouse import Lakehouse

WAITS = "waits for approval"
EVERYTHING = "required"
Row = Mapping[str, Any]


def waits_for(lakehouse: Lakehouse, contract: Contract, feed: Feed, now: Row) -> list[str]:
    """Causes of a build that somebody must approve, `now` being the input versions that it would consume; none where it may go on."""
    asked = lakehouse.settings.approval
    if not asked or contract.write.mode != "ledger":
        return []
    return [cause for cause in since_last_build(lakehouse, contract, feed, now) if is_asked(lakehouse, contract, cause, asked)]


def is_asked(lakehouse: Lakehouse, contract: Contract, cause: str, asked: tuple[str, ...]) -> bool:
    if cause not in lakehouse.contracts:  # code or an unknown writer
        return True
    source = source_of(lakehouse, cause)
    return source in asked or (EVERYTHING in asked and source not in {source_of(lakehouse, table) for table in driving(lakehouse, contract.name)})


def since_last_build(lakehouse: Lakehouse, contract: Contract, feed: Feed, now: Row) -> list[str]:
    """Bronze tables that moved since the last build of a whole feed, and jobs whose contract or function changed; none before the first."""
    trail = Trail(lakehouse)
    last = trail.last_whole(contract.name, feed.name)
    return sorted(set(trail.causes(feed, last, {"consumed": now, "fingerprint": fingerprint(contract, feed)}))) if last else []


class Trail:
    """The way back from a table to what moved it, by the commits of the tables and the builds in the books, each read once."""

    def __init__(self, lakehouse: Lakehouse) -> None:
        self.lakehouse = lakehouse
        self.history = cache(lambda table: list(lakehouse.store.history(table)))
        self.builds = cache(lambda table: [row for row in lakehouse.books.read("commit", table_name=table) if row["scope"] in WHOLE_SCOPES])

    def last_whole(self, table: str, feed: str | None, before: int | None = None) -> dict[str, Any] | None:
        """The newest recorded build of a whole feed; with `before` the newest before that version came."""
        rows = [row for row in self.builds(table) if row["feed"] == feed and (before is None or row["table_version"] < before)]
        last = max(rows, key=lambda row: row["finished_at"], default=None)
        return last and last | {"consumed": json.loads(last["consumed"])}

    def causes(self, feed: Feed, before: Row | None, after: Row) -> Iterator[str]:
        """What moved between two builds of a feed, at whatever depth."""
        consumed = before["consumed"] if before else {}
        if before is None:  # what was not there before restates nothing; what drives it is new
            moved = [table for table in feed.inputs[:1] if after["consumed"][table][1] is not None]
        else:
            moved = [table for table in after["consumed"] if consumed.get(table) != after["consumed"][table]]
            if before["fingerprint"] != after["fingerprint"]:
                yield f"the contract or the function of {feed.job}"
        for table in moved:
            since = consumed.get(table, [None, None])[1]
            yield from self.moved_by(table, -1 if since is None else since, after["consumed"][table][1])

    def moved_by(self, table: str, since: int, until: int) -> Iterator[str]:
        """What brought about the versions of a table after one and up to another."""
        contract = self.lakehouse.contract(table)
        if contract.layer == "bronze":
            yield table
            return
        feeds = {feed.name: feed for feed in contract.feeds}
        for version, commit in self.history(table):
            if since < version <= until:
                feed = feeds.get(commit["feed"])
                yield from self.causes(feed, self.last_whole(table, feed.name, version), commit) if feed else [f"a commit of {commit['feed']} in {table}"]


def driving(lakehouse: Lakehouse, table: str) -> Iterator[str]:
    """Bronze tables whose rows a table accounts for."""
    for feed in lakehouse.contract(table).feeds:
        for first in feed.inputs[:1]:
            yield from [first] if lakehouse.contract(first).layer == "bronze" else driving(lakehouse, first)


def source_of(lakehouse: Lakehouse, table: str) -> str:
    """The source that delivers a bronze table: the folder of its contract."""
    return lakehouse.contract(table).path.parent.name
