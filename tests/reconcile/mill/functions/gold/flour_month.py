"""Months of the mill."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def flour_month(flour: DataFrame) -> DataFrame:
    """One row per calendar month."""
    return flour.groupBy("organisation_id", "period").agg(
        F.sum("kgco2e").cast("decimal(38,12)").alias("kgco2e"),
        F.max("known_at").alias("known_at"),
        F.count(F.lit(1)).alias("_input_count"),
    )
