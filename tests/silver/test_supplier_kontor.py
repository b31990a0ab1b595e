"""What silver.supplier makes of the German suppliers."""

from masters import outcome_agrees
from pyspark.sql import SparkSession

from emberlake.silver.supplier.kontor import supplier


def test_cases(spark: SparkSession) -> None:
    outcome_agrees(spark, supplier, "silver.supplier", "kontor", "bronze.kontor_lieferant")
