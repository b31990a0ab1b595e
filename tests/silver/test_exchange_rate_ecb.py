"""What the feed ecb of silver.exchange_rate makes of its inputs."""

from feed_cases import outcome
from pyspark.sql import SparkSession

from emberlake.silver.exchange_rate.ecb import exchange_rate


def test_cases(spark: SparkSession) -> None:
    found, wanted = outcome(spark, exchange_rate, "silver.exchange_rate", "ecb")
    assert found == wanted
