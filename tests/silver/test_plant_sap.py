"""What silver.plant makes of the British plants."""

from masters import outcome_agrees
from pyspark.sql import SparkSession

from emberlake.silver.plant.sap import plant


def test_cases(spark: SparkSession) -> None:
    outcome_agrees(spark, plant, "silver.plant", "sap", "bronze.sap_t001w")
