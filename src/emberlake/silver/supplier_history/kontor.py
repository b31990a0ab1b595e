"""Suppliers of the German ERP over time, each delivery is the whole."""

from pyspark.sql import DataFrame

from emberlake.carbon.history import lives
from emberlake.silver.supplier.kontor import supplier


def supplier_history(kontor_lieferant: DataFrame) -> DataFrame:
    """One row per supplier of a source system and stretch of time in which its source said the same of it."""
    return lives(supplier(kontor_lieferant), kontor_lieferant, "supplier_id", ("supplier_name", "country_code"))
