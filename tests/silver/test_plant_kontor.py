"""What silver.plant makes of the German works."""

from masters import outcome_agrees
from pyspark.sql import SparkSession

from emberlake.silver.plant.kontor import plant


def test_cases(spark: SparkSession) -> None:
    outcome_agrees(spark, plant, "silver.plant", "kontor", "bronze.kontor_werk")
