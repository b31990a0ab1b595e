"""What the feed adventureworks of silver.unit makes of its inputs."""

from feed_cases import outcome
from pyspark.sql import SparkSession

from emberlake.silver.unit.adventureworks import unit


def test_cases(spark: SparkSession) -> None:
    found, wanted = outcome(spark, unit, "silver.unit", "adventureworks")
    assert found == wanted
