"""What the feed adventureworks of silver.plant makes of its inputs."""

from feed_cases import outcome
from pyspark.sql import SparkSession

from emberlake.silver.plant.adventureworks import plant


def test_cases(spark: SparkSession) -> None:
    found, wanted = outcome(spark, plant, "silver.plant", "adventureworks")
    assert found == wanted
