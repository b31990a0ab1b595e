"""Vendors of the British plant (LFA1)."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def supplier(sap_lfa1: DataFrame) -> DataFrame:
    """One row per supplier of a source system."""
    return sap_lfa1.select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("sap").alias("source_system"),
        F.concat(F.lit("sap:"), "lifnr").alias("supplier_id"),
        F.col("name1").alias("supplier_name"),
        F.col("land1").alias("country_code"),
        F.col("_landed_at").alias("known_at"),
        "_source_row_id",
    )
