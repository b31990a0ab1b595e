"""What silver.supplier makes of the British vendors."""

from masters import outcome
from pyspark.sql import SparkSession

from emberlake.silver.supplier.sap import supplier


def test_cases(spark: SparkSession) -> None:
    found, wanted = outcome(spark, supplier, "silver.supplier", "sap", "bronze.sap_lfa1")
    assert found == wanted
