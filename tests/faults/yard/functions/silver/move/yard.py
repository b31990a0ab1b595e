"""Movements of the yard."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def move(yard_move: DataFrame, plant: DataFrame) -> DataFrame:
    """One row per movement."""
    plants = plant.select("plant_id", "plant_name")
    moves = yard_move.withColumn("plant_id", F.concat(F.lit("kontor:"), "plant")).join(plants, on="plant_id", how="left")
    return moves.select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("yard").alias("source_system"),
        F.col("nr").alias("move_id"),
        F.date_format("day", "yyyy-MM").alias("period"),
        "plant_id", "plant_name",
        F.col("pieces").alias("piece_count"),
        F.col("_landed_at").alias("known_at"),
        "_source_row_id",
    )  # fmt: skip
