"""What silver.supplier makes of the British vendors."""

from masters import outcome_agrees
from pyspark.sql import SparkSession

from emberlake.silver.supplier.sap import supplier


def test_cases(spark: SparkSession) -> None:
    outcome_agrees(spark, supplier, "silver.supplier", "sap", "bronze.sap_lfa1")
