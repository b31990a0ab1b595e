"""Sites of the toolmaking plant."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def plant(werkbank_site: DataFrame) -> DataFrame:
    """One row per plant of a source system."""
    return werkbank_site.select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("werkbank").alias("source_system"),
        F.concat(F.lit("werkbank:"), "site_no").alias("plant_id"),
        F.col("name").alias("plant_name"),
        F.col("country").alias("country_code"),
        F.col("_landed_at").alias("known_at"),
        "_source_row_id",
    )
