"""What silver.supplier_history makes of the suppliers of sap."""

from feed_cases import outcome
from pyspark.sql import SparkSession

from emberlake.silver.supplier_history.sap import supplier_history


def test_cases(spark: SparkSession) -> None:
    found, wanted = outcome(spark, supplier_history, "silver.supplier_history", "sap")
    assert found == wanted
