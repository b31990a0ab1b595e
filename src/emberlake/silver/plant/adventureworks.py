"""The receiving site of AdventureWorks, which its purchasing extracts do not name."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def plant(assignment_plant: DataFrame) -> DataFrame:
    """One row per plant of a source system."""
    return assignment_plant.select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("adventureworks").alias("source_system"),
        F.concat(F.lit("adventureworks:"), "plant_code").alias("plant_id"),
        "plant_name",
        "country_code",
        F.col("_landed_at").alias("known_at"),
        "_source_row_id",
        "mapped_source_system",
    )
