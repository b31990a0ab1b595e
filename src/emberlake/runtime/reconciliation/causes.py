"""Why a row did not stand as it ought to: the first of the facts below that the books and the tables bear out, and nothing guessed.

What can no longer be asked, because a version is gone, explains nothing.
"""

from collections.abc import Iterator
from functools import reduce
from uuid import uuid4

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from emberlake.contracts.model import Feed
from emberlake.names import layer_of
from emberlake.runtime.at_hand import at_hand
from emberlake.runtime.changes import NEW, OLD
from emberlake.runtime.in_force import input_frame
from emberlake.runtime.net_changes import changed_rows, unreadable
from emberlake.runtime.reconciliation.differences import difference, foreign_versions, same_content
from emberlake.runtime.reconciliation.driving import LATE, of_bronze, of_table
from emberlake.runtime.reconciliation.proven import CAUSE, Proven
from emberlake.runtime.run import Step, order_of
from emberlake.runtime.since import reached

TAMPERED, REFERENCE, CODE, UNEXPLAINED = "changed by another writer", "changed reference", "changed code", "unexplained"


def explained(proven: Proven, feed: Feed, found: DataFrame) -> DataFrame:
    """The differing rows of a feed, each with its cause."""
    key, facts = proven.key(feed), (tampered, driven, taken_back, referred, coded)
    borne_out = [told.withColumn("_rank", F.lit(rank)) for rank, fact in enumerate(facts) if (told := fact(proven, feed, found)) is not None]
    if not borne_out:
        return found.withColumn(CAUSE, F.lit(UNEXPLAINED))
    first = reduce(DataFrame.unionByName, borne_out).groupBy(*key).agg(F.min_by(CAUSE, "_rank").alias(CAUSE))
    return found.join(first, on=key, how="left").withColumn(CAUSE, F.coalesce(CAUSE, F.lit(UNEXPLAINED)))


def tampered(proven: Proven, feed: Feed, found: DataFrame) -> DataFrame | None:
    """What stands is what a writer left that was no build."""
    contract, parts = proven.lakehouse.contract(feed.table), []
    for version in foreign_versions(proven.lakehouse, feed.table, proven.versions.get(feed.table, 0)):
        left = difference(proven.lakehouse, feed.table, version - 1, version)
        if left is not None:
            met = found.join(left.select(*contract.key, F.col(NEW).alias("_left")), on=list(contract.key))
            parts.append(met.where(same_content(OLD, "_left", contract.content)).select(*contract.key))
    return reduce(DataFrame.union, parts).distinct().withColumn(CAUSE, F.lit(TAMPERED)) if parts else None


def driven(proven: Proven, feed: Feed, found: DataFrame) -> DataFrame | None:
    """Rows of the driving input came, went or compete since the last build."""
    return (of_bronze if layer_of(feed.inputs[0]) == "bronze" else of_table)(proven, feed, found)


def taken_back(proven: Proven, feed: Feed, found: DataFrame) -> DataFrame | None:
    """Rows of the driving input that came since reach others of it by a declared path, as a line that takes another back."""
    if feed.reach is None or feed.inputs[0] not in feed.reach.paths:
        return None
    parts = list(reached_from(proven, feed, found, feed.inputs[0], LATE))
    return reduce(DataFrame.unionByName, parts).distinct() if parts else None


def referred(proven: Proven, feed: Feed, found: DataFrame) -> DataFrame | None:
    """Another input moved since the last build, and what changed there reaches the row."""
    cause = f"{REFERENCE}, {CODE}" if proven.is_recoded(feed) else REFERENCE
    parts = [hit for table in feed.inputs[1:] for hit in reached_from(proven, feed, found, table, cause)]
    return reduce(DataFrame.unionByName, parts).distinct() if parts else None


def reached_from(proven: Proven, feed: Feed, found: DataFrame, table: str, cause: str) -> Iterator[DataFrame]:
    """Keys that what changed in an input reaches, by its declared path; without one, all of them."""
    lakehouse, (since, until) = proven.lakehouse, proven.span(feed, table)
    if since is None or until is None or since == until or unreadable(lakehouse, table, since, until):
        return
    changed = at_hand(changed_rows(lakehouse, table, since, until))
    if changed is None:
        return
    if feed.reach is None or table not in feed.reach.paths:
        yield found.select(*proven.key(feed), F.lit(cause).alias(CAUSE))
        return
    order = order_of(lakehouse, Step(lakehouse.contract(feed.table), feed, cause), str(uuid4()), None)
    driving, _ = input_frame(lakehouse, feed.inputs[0], order.consumed[feed.inputs[0]][1])
    for rows in reached(lakehouse, order, driving, table, changed):
        yield proven.hit_by(feed, found, rows.withColumn(CAUSE, F.lit(cause)))


def coded(proven: Proven, feed: Feed, found: DataFrame) -> DataFrame | None:
    """The last build was by another contract or function."""
    return found.select(*proven.key(feed), F.lit(CODE).alias(CAUSE)) if proven.is_recoded(feed) else None
