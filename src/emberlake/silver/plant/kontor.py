"""Works of the German ERP."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def plant(kontor_werk: DataFrame) -> DataFrame:
    """One row per plant of a source system."""
    return kontor_werk.select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("kontor").alias("source_system"),
        F.concat(F.lit("kontor:"), "werk_nr").alias("plant_id"),
        F.col("bezeichnung").alias("plant_name"),
        F.col("land").alias("country_code"),
        F.col("_landed_at").alias("known_at"),
        "_source_row_id",
    )
