"""Suppliers of the toolmaking plant."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def supplier(werkbank_supplier: DataFrame) -> DataFrame:
    """One row per supplier of a source system."""
    return werkbank_supplier.select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("werkbank").alias("source_system"),
        F.concat(F.lit("werkbank:"), "supplier_no").alias("supplier_id"),
        F.col("name").alias("supplier_name"),
        F.col("country").alias("country_code"),
        F.col("_landed_at").alias("known_at"),
        "_source_row_id",
    )
