"""What an earlier verdict leaves to be judged: rows that changed since, or that lie in files that came, with all rows that share a key with them.

A key stands twice only where one of its rows came, and a row that came is the only one that can be empty where it must not be. A reference
is broken by a row that came, or by a row that it names and that went: where such a one went, all rows are judged, as they are of a table
whose suite asks questions of its own, whose suite is another than it was, or of which much came.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from emberlake.contracts.model import Contract
from emberlake.runtime import change_feed
from emberlake.runtime.at_hand import KEPT
from emberlake.runtime.files_within import files_within, within
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.ledger import net
from emberlake.runtime.net_changes import exchanged
from emberlake.runtime.store import FILE

MUCH, MOST = 4, 2_000_000  # one of so many rows came; more than so many came, whose keys every task would be sent


@dataclass(frozen=True)
class Part:
    """Rows in force that a verdict is about, and the version whose verdict holds for all others."""

    rows: DataFrame
    since_version: int


def changed_part(lakehouse: Lakehouse, table: str, version: int, standing: Mapping[str, int], suite_hash: str) -> Part | None:
    """The part of a large table that may break its suite; None where all of it is to be judged."""
    contract, store = lakehouse.contract(table), lakehouse.store
    row_count = store.row_count(table, version)
    first = first_release(lakehouse, table)
    if row_count < KEPT or contract.expectations or not first:
        return None
    earlier = {row["table_name"]: int(row["table_version"]) for row in first}
    since = earlier[table]
    if not since < version or not store.is_readable(table, since) or not passed(lakehouse, table, since, first[0]["run_id"], suite_hash):
        return None
    fresh = change_feed.kept(lakehouse, table, since, version)
    if fresh is None:
        came = {Path(path).name for path in exchanged(lakehouse, table, since, version)[1]}
        fresh = store.read_files(lakehouse.spark, table, store.handle(table, version), came)
    if fresh.count() > min(MOST, row_count // MUCH) or any(is_lost(lakehouse, r, earlier, standing) for r in referenced(contract)):
        return None
    rows = rows_of(lakehouse, contract, version, fresh)
    return None if rows.isEmpty() else Part(rows, since)


def first_release(lakehouse: Lakehouse, table: str) -> list[dict[str, Any]]:
    """The first release that showed a table as it was last published; empty where it never was."""
    releases = [row for row in lakehouse.books.releases() if row["table_name"] == table]
    first = next((row["release_id"] for row in releases if row["table_version"] == releases[-1]["table_version"]), None)
    return lakehouse.books.read("release", release_id=first) if first else []


def passed(lakehouse: Lakehouse, table: str, version: int, run_id: str, suite_hash: str) -> bool:
    """Whether the run that published a version judged it itself, beside the tables that it published, by this very suite, and let it pass."""
    own = lakehouse.books.read("verdict", table_name=table, table_version=version, run_id=run_id)
    return bool(own) and all(row.get("suite_hash") == suite_hash and (row["is_success"] or row["severity"] != "reject") for row in own)


def referenced(contract: Contract) -> set[tuple[str, str]]:
    """(table, column) that a table's columns refer to."""
    return {(table, column) for c in contract.columns if c.references for table, column in [c.references.rsplit(".", 1)]}


def is_lost(lakehouse: Lakehouse, to: tuple[str, str], earlier: Mapping[str, int], standing: Mapping[str, int]) -> bool:
    """Whether a value that could be referred to may have gone since; of a ledger nobody asks how."""
    (table, column), store = to, lakehouse.store
    before, now = earlier.get(table), standing.get(table)
    if before == now:
        return False
    if before is None or now is None or lakehouse.contract(table).write.mode == "ledger" or not store.is_readable(table, before):
        return True
    gone, came = ({Path(path).name for path in paths} for paths in exchanged(lakehouse, table, before, now))
    was, is_now = (store.read_files(lakehouse.spark, table, store.handle(table, v), names).select(column) for v, names in ((before, gone), (now, came)))
    if (changed := change_feed.kept(lakehouse, table, before, now)) is not None:  # few values; of rows as they are none is lost
        was = changed.select(column).distinct()
        is_now = is_now.join(F.broadcast(was), on=column, how="left_semi")
    return bool(gone) and not was.join(is_now, on=column, how="left_anti").isEmpty()


def rows_of(lakehouse: Lakehouse, contract: Contract, version: int, fresh: DataFrame) -> DataFrame:
    """All rows in force of the keys that some rows have, kept for the questions of a suite."""
    keys, own = fresh.select(*[F.col(k).alias(f"_group_{k}") for k in contract.key]).distinct(), {k: f"`{k}`" for k in contract.key}
    found = files_within(lakehouse, contract.name, version, keys, own)
    rows = lakehouse.store.read_files(lakehouse.spark, contract.name, lakehouse.store.handle(contract.name, version), found.names if found else None)
    rows = (rows if found and found.is_all else within(rows, keys, own)).drop(FILE)
    return (net(rows) if contract.write.mode == "ledger" else rows).persist()
