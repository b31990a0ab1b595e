"""Postings of the depot."""

from pyspark.sql import DataFrame


def stock_change(movement: DataFrame) -> DataFrame:
    """One row per movement of stock, posted."""
    return movement.select("organisation_id", "movement_id", "period", "piece_count", "known_at")
