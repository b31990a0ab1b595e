"""Causes that lie in the driving input: rows of it came, went, or compete for a key since the last build."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from emberlake.contracts.model import Feed
from emberlake.names import ROW
from emberlake.runtime.changes import NEW, OLD
from emberlake.runtime.in_force import input_frame, standing
from emberlake.runtime.net_changes import changed_rows, unreadable
from emberlake.runtime.reconciliation.differences import both_images, difference
from emberlake.runtime.reconciliation.proven import CAUSE, Proven

LATE, DUPLICATE, OUT_OF_ORDER, LOST = "late", "duplicate", "out of order", "lost upstream"


def of_bronze(proven: Proven, feed: Feed, found: DataFrame) -> DataFrame | None:
    """Causes that the raw rows behind a row tell: when they came into force, and whether they still are."""
    if not proven.lakehouse.contract(feed.table).has(ROW):
        return None
    seen = with_facts(proven, feed, found)
    rows = seen.withColumn(CAUSE, of_raw_rows(F.lit(proven.is_recoded(feed)))).where(f"{CAUSE} is not null").select(*proven.key(feed), CAUSE)
    rival = rivals(proven, feed, seen.where("_fresh = _stale and _fresh_known"))
    return rows if rival is None else rows.unionByName(rival)


def of_raw_rows(is_recoded: Column) -> Column:
    """The cause by the raw row that ought to stand (`_fresh`), the one that stood (`_stale`), and whether the one was known and the other is in force."""
    came = F.col("_fresh").isNotNull() & ~F.col("_fresh_known")
    passed_over = F.col("_fresh_known") & (F.col("_fresh") != F.col("_stale"))
    return (
        F.when(came & F.col("_stale_stands"), DUPLICATE)
        .when(came, LATE)
        .when(F.col("_stale").isNotNull() & ~F.col("_stale_stands"), LOST)
        .when(passed_over & ~is_recoded, OUT_OF_ORDER)
    )


def with_facts(proven: Proven, feed: Feed, found: DataFrame) -> DataFrame:
    """The differing rows with the raw rows behind them."""
    since, until = proven.span(feed, feed.inputs[0])
    seen = found.withColumns({"_fresh": F.col(f"{NEW}.{ROW}"), "_stale": F.col(f"{OLD}.{ROW}")})
    ids = seen.select(F.explode(F.array("_fresh", "_stale")).alias(ROW)).where(f"{ROW} is not null").distinct()
    for version, column, flag in ((since, "_fresh", "_fresh_known"), (until, "_stale", "_stale_stands")):
        there = (
            ids.limit(0)
            if version is None
            else standing(*input_frame(proven.lakehouse, feed.inputs[0], version, feed.history)).select(ROW).join(F.broadcast(ids), on=ROW, how="left_semi")
        )
        flagged = there.distinct().select(F.col(ROW).alias(column), F.lit(True).alias(flag))
        seen = seen.join(flagged, on=column, how="left").withColumn(flag, F.coalesce(flag, F.lit(False)))
    return seen


def rivals(proven: Proven, feed: Feed, seen: DataFrame) -> DataFrame | None:
    """The same raw row stands, but others of its group came since: in a history they are later news, elsewhere the order passes them over."""
    since, until = proven.span(feed, feed.inputs[0])
    if since is None or until is None or feed.reach is None or unreadable(proven.lakehouse, feed.inputs[0], since, until):
        return None
    came = changed_rows(proven.lakehouse, feed.inputs[0], since, until)
    return proven.hit_by(feed, seen, came.withColumn(CAUSE, F.lit(LATE if feed.history else OUT_OF_ORDER)))


def of_table(proven: Proven, feed: Feed, found: DataFrame) -> DataFrame | None:
    """Causes of what moved in a driving table of silver or gold since the last build: those of its own differing rows, or what the move shows."""
    driving, (since, until) = proven.lakehouse.contract(feed.inputs[0]), proven.span(feed, feed.inputs[0])
    if until is None or (since is not None and unreadable(proven.lakehouse, driving.name, since, until)):
        return None
    moved, above = difference(proven.lakehouse, driving.name, since, until), proven.found.get(driving.name)
    if moved is None:
        return None
    is_new = F.col(f"{NEW}.{ROW}") != F.col(f"{OLD}.{ROW}") if driving.has(ROW) else F.lit(False)
    cause = F.when(F.col("_change") == "insert", LATE).when(F.col("_change") == "delete", LOST).when(is_new, LATE)
    if above is not None:
        moved = moved.join(above.select(*driving.key, F.col(CAUSE).alias("_above")), on=list(driving.key), how="left")
        cause = F.coalesce(F.col("_above"), cause)
    return proven.hit_by(feed, found, both_images(moved.withColumn(CAUSE, cause).where(f"{CAUSE} is not null")))
