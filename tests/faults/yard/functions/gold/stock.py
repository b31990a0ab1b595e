"""Pieces by month and plant."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def stock(posting: DataFrame) -> DataFrame:
    """One row per month and plant."""
    cells = posting.groupBy("organisation_id", "period", "plant_name").agg(
        F.sum("piece_count").cast("decimal(28,6)").alias("piece_count"),
        F.max("known_at").alias("known_at"),
        F.count(F.lit(1)).alias("_input_count"),
    )
    return cells.withColumn("stock_id", F.concat_ws("|", "period", "plant_name"))
