"""What differs between the rows that stand and the rows that ought to stand: null-safe, by content and not by technicals."""

from collections.abc import Sequence
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

NEW, OLD = "_new", "_old"


def compare(new: DataFrame, old: DataFrame, key: Sequence[str], content: Sequence[str]) -> DataFrame:
    """One row per key with structs `_new` and `_old` and `_change`: insert, update, delete or unchanged.

    Both frames hold each key at most once.
    """
    fresh = new.select(*key, F.struct(*[F.col(c) for c in new.columns]).alias(NEW))
    stands = old.select(*key, F.struct(*[F.col(c) for c in old.columns]).alias(OLD))
    both = fresh.join(stands, on=list(key), how="full_outer")
    return both.withColumn("_change", change(content))


def change(content: Sequence[str]) -> Column:
    same = reduce(lambda a, b: a & b, [F.col(f"{NEW}.{c}").eqNullSafe(F.col(f"{OLD}.{c}")) for c in content], F.lit(True))
    return F.when(F.col(OLD).isNull(), F.lit("insert")).when(F.col(NEW).isNull(), F.lit("delete")).when(same, F.lit("unchanged")).otherwise(F.lit("update"))
