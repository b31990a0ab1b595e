"""What silver.goods_receipt makes of the log of werkbank."""

from feed_cases import outcome
from pyspark.sql import SparkSession

from emberlake.silver.goods_receipt.werkbank import goods_receipt


def test_cases(spark: SparkSession) -> None:
    found, wanted = outcome(spark, goods_receipt, "silver.goods_receipt", "werkbank")
    assert found == wanted
