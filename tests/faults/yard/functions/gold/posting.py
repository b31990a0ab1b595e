"""Postings of the yard."""

from pyspark.sql import DataFrame


def posting(move: DataFrame) -> DataFrame:
    """One row per movement, posted."""
    return move.select("organisation_id", "move_id", "period", "plant_name", "piece_count", "known_at")
