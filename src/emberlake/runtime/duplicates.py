"""Several rows of one key: the last one by the declared order stands, the others are merged into it.

Duplicates are few where there are many rows, so keys are counted by their hash first and only suspects are ranked.
"""

from dataclasses import dataclass

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from emberlake.contracts.model import Contract
from emberlake.runtime.at_hand import at_hand
from emberlake.runtime.outcome import Gate


@dataclass(frozen=True)
class Lost:
    """Rows (`_source_row_id`) that give way to another row of their key, and how many driving rows they stand for."""

    rows: DataFrame
    weight: int


def losers(judged: DataFrame, contract: Contract, gate: Gate, counts: Column) -> Lost | None:
    """Keys are counted over all rows, the winner is found among those that passed; None where nothing gives way.

    Only losers for which `counts` is true weigh anything. Tables without an order promise unique keys instead; their suite holds them to it.
    """
    key, order = contract.key, contract.write.order
    if not order:
        return None
    key_hash = F.xxhash64(*key)
    twice = at_hand(judged.groupBy(key_hash.alias("_key_hash")).count().where("count > 1").select("_key_hash"))
    if twice is None:
        return None
    # Who passed is asked of the suspects alone: as a filter it would be asked of every row before the join.
    suspects = judged.withColumn("_key_hash", key_hash).join(F.broadcast(twice), on="_key_hash", how="left_semi").withColumn("_passes", gate.passed)
    last_first = Window.partitionBy(*key).orderBy(F.desc("_passes"), *[column.desc_nulls_last() for name in order for column in ranks(name)])
    ranked = suspects.withColumn("_rank", F.row_number().over(last_first)).where(F.col("_passes") & (F.col("_rank") > 1))
    lost = at_hand(ranked.select("_source_row_id", F.when(counts, gate.driving_rows().cast("bigint")).otherwise(0).alias("_weight")))
    if lost is None:
        return None
    weight = lost.agg(F.sum("_weight")).first()
    return Lost(lost.select("_source_row_id").distinct(), int(weight[0]) if weight else 0)


def ranks(name: str) -> list[Column]:
    """What a column is ordered by: a row id by its record number, for as text the ninth record would follow the tenth."""
    if name != "_source_row_id":
        return [F.col(name)]
    return [F.substring_index(name, ":", -1).try_cast("bigint"), F.col(name)]
