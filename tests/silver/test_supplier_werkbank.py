"""What silver.supplier makes of the log of werkbank."""

from feed_cases import outcome
from pyspark.sql import SparkSession

from emberlake.silver.supplier.werkbank import supplier


def test_cases(spark: SparkSession) -> None:
    found, wanted = outcome(spark, supplier, "silver.supplier", "werkbank")
    assert found == wanted
