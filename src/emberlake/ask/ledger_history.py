"""Every posting of an emission, in the order in which they were made, with the run that made each."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

import pyarrow.compute as pc

from emberlake.ask.explanation import Posting
from emberlake.tables import Tables

TABLE = "gold.emission"
TOLD = ("run_id", "plan_id", "approved_by", "approved_because")  # what a commit says of its postings


def net(postings: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Postings that no reversal takes back."""
    taken_back = {row["reverses"] for row in postings if row["weight"] == -1}
    return [row for row in postings if row["weight"] == 1 and row["posting_id"] not in taken_back]


def history(tables: Tables, postings: Sequence[dict[str, Any]], version: int) -> tuple[Posting, ...]:
    """Postings with the version and run that made them; the first one first, a reversal before what replaces it."""
    commits = {at: commit for at, commit in tables.store.history(TABLE) if at <= version}
    made = [posting(tables, row, version, commits) for row in postings]
    return tuple(sorted(made, key=lambda p: (p.table_version, p.weight, p.posting_id)))


def posting(tables: Tables, row: dict[str, Any], version: int, commits: dict[int, dict[str, Any]]) -> Posting:
    """A posting never changes, so the first version that holds it is found by halving the versions."""
    versions = sorted(commits) or [version]
    earlier = versions[:-1]
    at = versions[bisect_left(earlier, True, key=lambda v: holds(tables, row, v))]
    told = {name: commits.get(at, {}).get(name) for name in TOLD}
    return Posting(row["posting_id"], row["reverses"], row["weight"], row["kgco2e"], row["factor_id"], row["reason"], at, **told)


def holds(tables: Tables, row: dict[str, Any], version: int) -> bool:
    condition = (pc.field("emission_id") == row["emission_id"]) & (pc.field("posting_id") == row["posting_id"])
    return bool(tables.store.dataset(TABLE, version).count_rows(filter=condition))
