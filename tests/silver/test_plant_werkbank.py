"""What silver.plant makes of the log of werkbank."""

from feed_cases import outcome
from pyspark.sql import SparkSession

from emberlake.silver.plant.werkbank import plant


def test_cases(spark: SparkSession) -> None:
    found, wanted = outcome(spark, plant, "silver.plant", "werkbank")
    assert found == wanted
