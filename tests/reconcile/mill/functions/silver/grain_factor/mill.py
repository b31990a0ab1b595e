"""Factors of the mill."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def grain_factor(mill_factor: DataFrame) -> DataFrame:
    """One row per material."""
    return mill_factor.select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("mill").alias("source_system"),
        "material",
        "kgco2e_per_kg",
        F.col("_landed_at").alias("known_at"),
        "_source_row_id",
    )
