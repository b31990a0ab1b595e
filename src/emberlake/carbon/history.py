"""Type-2 history of a master: the stretches of time in which what its source says of an entity stayed the same.

Where each delivery is the whole entity, a stretch ends with the first delivery that says something else or nothing. In a
source's log it ends with the next event that does; what is deleted and inserted again lives twice.
"""

from collections.abc import Sequence
from functools import reduce

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from emberlake.names import ROW

TOLD = "_told"


def lives(rows: DataFrame, bronze: DataFrame, key: str, content: Sequence[str]) -> DataFrame:
    """One row per key and stretch: content, valid_from (inclusive), valid_to (exclusive, empty while it lasts), _input_count, is_born.

    `rows` are those of the master, one for each row of `bronze`, which says when each was told. Rows that say the same as
    the one before are counted in its stretch, and so is the deletion that ends it; a deletion of what was never told is not born.
    """
    told = rows.join(moments(bronze, "_operation" in bronze.columns), on=ROW)
    in_order = Window.partitionBy(key).orderBy("_order")
    says = F.struct(*[F.col(name) for name in content])
    before = [F.row_number().over(in_order) == 1, F.lag("_is_end").over(in_order), F.lag("_until").over(in_order) != F.col("_at")]
    ended = reduce(lambda a, b: a | b, [F.coalesce(condition, F.lit(False)) for condition in before])
    starts = ~F.col("_is_end") & (ended | ~says.eqNullSafe(F.lag(says).over(in_order)))
    until = F.coalesce(F.col("_until"), F.lead("_at").over(in_order))
    marked = told.withColumn("_until", until).withColumn(TOLD, F.sum(starts.cast("int")).over(in_order))
    lasting = F.when(~F.col("_is_end"), F.col("_order"))
    return marked.groupBy(key, TOLD).agg(
        *[F.min_by(name, lasting).alias(name) for name in ("organisation_id", "source_system", *content)],
        F.min_by("_at", lasting).alias("valid_from"), F.max_by("_until", lasting).alias("valid_to"), F.count("*").alias("_input_count"),
        (F.count(lasting) > 0).alias("is_born"), F.max("known_at").alias("known_at"), F.min_by(ROW, "_order").alias(ROW),
    ).drop(TOLD)  # fmt: skip


def moments(bronze: DataFrame, is_log: bool) -> DataFrame:
    """When each row was told: `_at`, `_until` when it is told anew or not at all, `_order` among those of a key, `_is_end` for a deletion."""
    record = F.substring_index(ROW, ":", -1).cast("bigint")
    if is_log:
        at = F.coalesce("_happened_at", "_landed_at")
        order = F.struct("_position", "_landed_at", "_source_file", record.alias("_record"))
        return bronze.select(
            ROW, at.alias("_at"), F.lit(None).cast("timestamp").alias("_until"), order.alias("_order"), (F.col("_operation") == "delete").alias("_is_end")
        )
    delivered = bronze.where("_corrects is null").groupBy("_source_file").agg(F.min("_landed_at").alias("_at"))
    later = Window.orderBy("_at", "_source_file")
    files = delivered.withColumn("_until", F.lead("_at").over(later)).withColumnRenamed("_source_file", "_delivery")
    delivery = F.coalesce(F.substring_index("_corrects", ":", 1), F.col("_source_file"))  # a fix is told where the row that it corrects was
    order = F.struct("_at", "_delivery", record.alias("_record"))
    return bronze.withColumn("_delivery", delivery).join(F.broadcast(files), on="_delivery", how="left").select(
        ROW, "_at", "_until", order.alias("_order"), F.lit(False).alias("_is_end")
    )  # fmt: skip
