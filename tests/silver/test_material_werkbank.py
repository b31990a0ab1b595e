"""What silver.material makes of the log of werkbank."""

from feed_cases import outcome
from pyspark.sql import SparkSession

from emberlake.silver.material.werkbank import material


def test_cases(spark: SparkSession) -> None:
    found, wanted = outcome(spark, material, "silver.material", "werkbank")
    assert found == wanted
