"""Movements of the depot."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def movement(depot_movement: DataFrame) -> DataFrame:
    """One row per movement of stock."""
    return depot_movement.select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("depot").alias("source_system"),
        F.col("nr").alias("movement_id"),
        F.date_format("day", "yyyy-MM").alias("period"),
        F.col("pieces").alias("piece_count"),
        F.col("_landed_at").alias("known_at"),
        "_source_row_id",
    )
