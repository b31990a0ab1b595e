"""What the feed adventureworks of silver.supplier makes of its inputs."""

from feed_cases import outcome
from pyspark.sql import SparkSession

from emberlake.silver.supplier.adventureworks import supplier


def test_cases(spark: SparkSession) -> None:
    found, wanted = outcome(spark, supplier, "silver.supplier", "adventureworks")
    assert found == wanted
