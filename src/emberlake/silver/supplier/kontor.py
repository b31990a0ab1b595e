"""Suppliers of the German ERP."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def supplier(kontor_lieferant: DataFrame) -> DataFrame:
    """One row per supplier of a source system."""
    return kontor_lieferant.select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("kontor").alias("source_system"),
        F.concat(F.lit("kontor:"), "lieferanten_nr").alias("supplier_id"),
        F.col("name").alias("supplier_name"),
        F.col("land").alias("country_code"),
        F.col("_landed_at").alias("known_at"),
        "_source_row_id",
    )
