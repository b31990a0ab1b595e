"""What silver.material makes of the German articles."""

from masters import outcome
from pyspark.sql import SparkSession

from emberlake.silver.material.kontor import material


def test_cases(spark: SparkSession) -> None:
    found, wanted = outcome(spark, material, "silver.material", "kontor", "bronze.kontor_artikel")
    assert found == wanted
