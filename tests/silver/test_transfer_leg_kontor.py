"""What the feed kontor of silver.transfer_leg makes of its inputs."""

from feed_cases import outcome
from pyspark.sql import SparkSession

from emberlake.silver.transfer_leg.kontor import transfer_leg


def test_cases(spark: SparkSession) -> None:
    found, wanted = outcome(spark, transfer_leg, "silver.transfer_leg", "kontor")
    assert found == wanted
