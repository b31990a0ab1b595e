"""Several rows of one key: the last one by the declared order stands, the others are merged into it.

Duplicates are few where there are many rows, so keys are counted by their hash first and only suspects are ranked.
"""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from emberlake.contracts.model import Accounts, Contract


def losers(passed: DataFrame, contract: Contract, accounts: Accounts) -> DataFrame | None:
    """Rows (`_source_row_id`, and what they are counted by) that give way to another row of their key; None where there are none.

    Tables without an order promise unique keys instead; their suite holds them to it.
    """
    key, order = contract.key, contract.write.order
    if not order:
        return None
    key_hash = F.xxhash64(*key)
    twice = passed.groupBy(key_hash.alias("_key_hash")).count().where("count > 1").select("_key_hash").persist()
    if twice.isEmpty():
        return None
    suspects = passed.withColumn("_key_hash", key_hash).join(F.broadcast(twice), on="_key_hash", how="left_semi")
    last_first = Window.partitionBy(*key).orderBy(*[F.col(c).desc_nulls_last() for c in order])
    ranked = suspects.withColumn("_rank", F.row_number().over(last_first)).where("_rank > 1")
    return ranked.select("_source_row_id", *([accounts.column] if accounts.column else [])).persist()
