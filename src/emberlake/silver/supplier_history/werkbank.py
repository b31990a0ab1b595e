"""Suppliers of the toolmaking plant over time, by its log."""

from pyspark.sql import DataFrame

from emberlake.carbon.history import lives
from emberlake.silver.supplier.werkbank import supplier


def supplier_history(werkbank_supplier: DataFrame) -> DataFrame:
    """One row per supplier of a source system and stretch of time in which its source said the same of it."""
    return lives(supplier(werkbank_supplier), werkbank_supplier, "supplier_id", ("supplier_name", "country_code"))
