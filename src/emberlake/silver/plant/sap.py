"""Plants of the British ERP (T001W)."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def plant(sap_t001w: DataFrame) -> DataFrame:
    """One row per plant of a source system."""
    return sap_t001w.select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("sap").alias("source_system"),
        F.concat(F.lit("sap:"), "werks").alias("plant_id"),
        F.col("name1").alias("plant_name"),
        F.col("land1").alias("country_code"),
        F.col("_landed_at").alias("known_at"),
        "_source_row_id",
    )
