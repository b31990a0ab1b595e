"""Suppliers of the British ERP over time, each delivery is the whole."""

from pyspark.sql import DataFrame

from emberlake.carbon.history import lives
from emberlake.silver.supplier.sap import supplier


def supplier_history(sap_lfa1: DataFrame) -> DataFrame:
    """One row per supplier of a source system and stretch of time in which its source said the same of it."""
    return lives(supplier(sap_lfa1), sap_lfa1, "supplier_id", ("supplier_name", "country_code"))
