"""What silver.supplier_history makes of the suppliers of kontor."""

from feed_cases import outcome
from pyspark.sql import SparkSession

from emberlake.silver.supplier_history.kontor import supplier_history


def test_cases(spark: SparkSession) -> None:
    found, wanted = outcome(spark, supplier_history, "silver.supplier_history", "kontor")
    assert found == wanted
