"""Rows that a build changed, kept beside a table where to find them again would mean to compare large files.

Nothing rests on it: what a feed does not say, or no longer, is found by comparing the files that went with those that came.
"""

from collections.abc import Mapping, Sequence, Set
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from emberlake.contracts.model import Contract
from emberlake.runtime import changes
from emberlake.runtime.at_hand import FEW, KEPT
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.store import Store

FOLDER = "_changes"  # in the table's own; what begins with an underscore no reader of Delta takes for its data


def keep(store: Store, contract: Contract, compared: DataFrame, count: int, gone: Set[str], metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Write the feed of a build before its commit, where few rows of large files change; the metadata of the commit, which says how many rows it has."""
    row_counts = store.row_counts(contract.name)
    if not gone or count > KEPT or sum(row_counts[name] for name in gone) < FEW:
        return dict(metadata)
    folder = folder_of(store, contract.name, metadata["build_id"])
    before_and_after(compared, [c.name for c in contract.columns]).coalesce(1).write.parquet(str(folder))
    return {**metadata, "feed_row_count": rows_in(folder)}


def kept(lakehouse: Lakehouse, table: str, since: int, until: int) -> DataFrame | None:
    """Rows as they were and as they are, of the one build that lies between two versions; None where there are several, or its feed is not whole."""
    commit = lakehouse.store.commit(table, until) if until == since + 1 else {}
    if "feed_row_count" not in commit:
        return None
    folder = folder_of(lakehouse.store, table, commit["build_id"])
    schema = lakehouse.store.read(lakehouse.spark, table, until, frozenset()).schema
    return lakehouse.spark.read.schema(schema).parquet(str(folder)) if rows_in(folder) == commit["feed_row_count"] else None


def rows_in(folder: Path) -> int:
    """Rows of the files in a folder, by their footers; none where there is no folder."""
    return sum(pq.read_metadata(file).num_rows for file in folder.glob("*.parquet"))


def before_and_after(differing: DataFrame, columns: Sequence[str]) -> DataFrame:
    """Of rows that were compared and differ those that stood and those that ought to stand."""
    sides = [F.when(F.col(side).isNotNull(), F.struct(*[F.col(f"{side}.{c}").alias(c) for c in columns])) for side in (changes.NEW, changes.OLD)]
    return differing.select(F.explode(F.array(*sides)).alias("_row")).where("_row is not null").select("_row.*")


def folder_of(store: Store, table: str, build_id: str) -> Path:
    """Where a build keeps its feed."""
    return store.path(table) / FOLDER / build_id
