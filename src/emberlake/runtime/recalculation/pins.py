"""What stands when a plan is made, so that it can be said later what moved: tables, landed files, contracts and functions."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from emberlake.names import LAYERS
from emberlake.runtime.functions import fingerprint
from emberlake.runtime.lakehouse import Lakehouse


@dataclass(frozen=True)
class Pins:
    """Table → [table id, version], bronze table → hash of the files that landed for it, job → fingerprint."""

    versions: Mapping[str, list[Any]]
    landed: Mapping[str, str]
    fingerprints: Mapping[str, str]

    def moved(self, now: "Pins") -> list[str]:
        """What differs between these and those, one sentence each; none where nothing does."""
        return [*self.moved_tables(now), *self.other_files(now), *self.other_code(now)]

    def moved_tables(self, now: "Pins") -> Iterator[str]:
        for table in sorted({*self.versions, *now.versions}):
            (old_id, old), (new_id, new) = self.versions.get(table, [None, None]), now.versions.get(table, [None, None])
            if old_id != new_id:
                yield f"{table} is another table"
            elif old != new:
                yield f"{table} went from version {old} to {new}"

    def other_files(self, now: "Pins") -> Iterator[str]:
        for table in sorted({*self.landed, *now.landed}):
            if self.landed.get(table) != now.landed.get(table):
                yield f"files landed for {table}"

    def other_code(self, now: "Pins") -> Iterator[str]:
        for job in sorted({*self.fingerprints, *now.fingerprints}):
            if self.fingerprints.get(job) != now.fingerprints.get(job):
                yield f"the contract or the function of {job} changed"

    def to_json(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)


def pinned(lakehouse: Lakehouse) -> Pins:
    """What stands now."""
    store, contracts = lakehouse.store, [c for c in lakehouse.contracts.values() if c.layer in LAYERS]
    files: dict[str, list[str]] = {}
    for row in lakehouse.books.read("landing", status="landed"):
        files.setdefault(row["table_name"], []).append(f"{row['file_hash']} {row['landed_at'].isoformat()}")
    return Pins(
        {c.name: store.standing(c.name) for c in contracts if store.exists(c.name)},
        {table: hashlib.sha256("\n".join(sorted(landed)).encode()).hexdigest() for table, landed in files.items()},
        {feed.job: fingerprint(c, feed) for c in contracts for feed in c.feeds},
    )


def pins_of(text: str) -> Pins:
    """Pins from their JSON."""
    return Pins(**json.loads(text))
