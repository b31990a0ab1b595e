"""What silver.material makes of the German articles."""

from masters import outcome_agrees
from pyspark.sql import SparkSession

from emberlake.silver.material.kontor import material


def test_cases(spark: SparkSession) -> None:
    outcome_agrees(spark, material, "silver.material", "kontor", "bronze.kontor_artikel")
