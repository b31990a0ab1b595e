"""What the feed adventureworks of silver.unit makes of its inputs."""

from feed_cases import check
from pyspark.sql import SparkSession

from emberlake.silver.unit.adventureworks import unit


def test_cases(spark: SparkSession) -> None:
    check(spark, unit, "silver.unit", "adventureworks")
