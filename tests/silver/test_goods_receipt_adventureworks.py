"""What the feed adventureworks of silver.goods_receipt makes of its inputs."""

from feed_cases import outcome
from pyspark.sql import SparkSession

from emberlake.silver.goods_receipt.adventureworks import goods_receipt


def test_cases(spark: SparkSession) -> None:
    found, wanted = outcome(spark, goods_receipt, "silver.goods_receipt", "adventureworks")
    assert found == wanted
