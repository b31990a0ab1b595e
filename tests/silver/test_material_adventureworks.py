"""What the feed adventureworks of silver.material makes of its inputs."""

from feed_cases import outcome
from pyspark.sql import SparkSession

from emberlake.silver.material.adventureworks import material


def test_cases(spark: SparkSession) -> None:
    found, wanted = outcome(spark, material, "silver.material", "adventureworks")
    assert found == wanted
