"""What silver.goods_receipt makes of the British material documents."""

from pyspark.sql import SparkSession
from receipts import outcome

from emberlake.silver.goods_receipt.sap import goods_receipt


def test_cases(spark: SparkSession) -> None:
    found, wanted = outcome(spark, goods_receipt, "sap")
    assert found == wanted
