"""What silver.supplier makes of the German suppliers."""

from masters import outcome
from pyspark.sql import SparkSession

from emberlake.silver.supplier.kontor import supplier


def test_cases(spark: SparkSession) -> None:
    found, wanted = outcome(spark, supplier, "silver.supplier", "kontor", "bronze.kontor_lieferant")
    assert found == wanted
