"""Postings of the mill."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def flour(grain: DataFrame, grain_factor: DataFrame) -> DataFrame:
    """One row per delivery, posted."""
    factors = grain_factor.select("material", "kgco2e_per_kg", F.col("known_at").alias("factor_known_at"))
    priced = grain.join(factors, on="material", how="left")
    return priced.select(
        "organisation_id",
        "grain_id",
        "period",
        "material",
        (F.col("kg") * F.col("kgco2e_per_kg")).cast("decimal(38,12)").alias("kgco2e"),
        F.greatest("known_at", "factor_known_at").alias("known_at"),
    )
