"""What silver.plant makes of the British plants."""

from masters import outcome
from pyspark.sql import SparkSession

from emberlake.silver.plant.sap import plant


def test_cases(spark: SparkSession) -> None:
    found, wanted = outcome(spark, plant, "silver.plant", "sap", "bronze.sap_t001w")
    assert found == wanted
