"""What the feed adventureworks of silver.exchange_rate makes of its inputs."""

from feed_cases import check
from pyspark.sql import SparkSession

from emberlake.silver.exchange_rate.adventureworks import exchange_rate


def test_cases(spark: SparkSession) -> None:
    check(spark, exchange_rate, "silver.exchange_rate", "adventureworks")
