"""Which builds stand behind a table version: each consumed its inputs at a version, and these were built before it."""

import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emberlake.contracts.model import Contract
from emberlake.errors import EmberlakeError
from emberlake.names import WHOLE_SCOPES, layer_of
from emberlake.runtime.functions import module_of


class UnknownBuild(EmberlakeError):
    """The books do not say who made a version."""


@dataclass(frozen=True)
class BuildStep:
    """One build of a table, as the books have it; `code` is the file of its function, empty for bronze."""

    table_name: str
    feed: str | None
    table_version: int
    code: str | None
    cause: str
    scope: str
    run_id: str
    build_id: str
    fingerprint: str
    started_at: datetime
    finished_at: datetime
    consumed: Mapping[str, int]  # input table → version; of bronze file hash → records


@dataclass(frozen=True)
class Wanted:
    """What is followed down the graph: rows of one source system and one month."""

    source_system: str
    period: str


def builds_behind(
    contracts: Mapping[str, Contract], commits: Sequence[dict[str, Any]], table: str, version: int, until: datetime, wanted: Wanted
) -> dict[str, BuildStep]:  # fmt: skip
    """Table → the build whose rows went into a version of `table`, down to bronze; the nearest consumer decides.

    `commits` are the rows of `audit.commit`. Raises UnknownBuild where one is missing.
    """
    found: dict[str, BuildStep] = {}
    waiting = deque([(table, version, until)])
    while waiting:
        name, at, before = waiting.popleft()
        if name in found:
            continue
        row = build_of(commits, name, at, before, wanted)
        step = build_step(contracts[name], row)
        found[name] = step
        if layer_of(name) != "bronze":
            waiting.extend((source, consumed, row["started_at"]) for source, consumed in step.consumed.items())
    return found


def build_of(commits: Sequence[dict[str, Any]], table: str, version: int, before: datetime, wanted: Wanted) -> dict[str, Any]:
    """The last build of a version or an earlier one that ended in time, of the feed and month that are followed."""
    candidates = [
        row for row in commits
        if row["table_name"] == table and row["table_version"] <= version and row["finished_at"] <= before
        and row["scope"] in (*WHOLE_SCOPES, wanted.period)
    ]  # fmt: skip
    own = [row for row in candidates if row["feed"] == wanted.source_system]
    if not candidates:
        raise UnknownBuild(
            f"audit.commit holds no build of {table} up to version {version}; its rows were removed or the table was "
            "written past Emberlake. Run it again: emberlake run " + table
        )
    return max(own or candidates, key=lambda row: (row["finished_at"], row["table_version"]))


def build_of_file(commits: Sequence[dict[str, Any]], table: str, file_hash: str) -> dict[str, Any]:
    """The build that loaded a file into a bronze table."""
    for row in sorted(commits, key=lambda row: row["finished_at"], reverse=True):
        if row["table_name"] == table and file_hash in json.loads(row["consumed"]):
            return row
    raise UnknownBuild(f"audit.commit holds no build of {table} that loaded file {file_hash[:16]}")


def build_step(contract: Contract, row: Mapping[str, Any]) -> BuildStep:
    """A row of `audit.commit` as a step of an explanation."""
    consumed = {name: int(found[1] if isinstance(found, list) else found) for name, found in json.loads(row["consumed"]).items()}
    kept = {name: row[name] for name in ("table_name", "feed", "table_version", "cause", "scope", "run_id", "build_id", "fingerprint")}
    return BuildStep(**kept, started_at=row["started_at"], finished_at=row["finished_at"], code=code_of(contract, row["feed"]), consumed=consumed)


def code_of(contract: Contract, feed_name: str | None) -> str | None:
    """The source file of the function that makes a table: `src/emberlake/gold/emission.py`."""
    feed = next((feed for feed in contract.feeds if feed.name == feed_name), None)
    if contract.layer == "bronze" or feed is None:
        return None
    return f"src/{module_of(contract, feed).replace('.', '/')}.py"
