"""What silver.plant makes of the German works."""

from masters import outcome
from pyspark.sql import SparkSession

from emberlake.silver.plant.kontor import plant


def test_cases(spark: SparkSession) -> None:
    found, wanted = outcome(spark, plant, "silver.plant", "kontor", "bronze.kontor_werk")
    assert found == wanted
