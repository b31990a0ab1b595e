"""What silver.factor_mapping makes of decisions on material groups."""

from masters import outcome
from pyspark.sql import SparkSession

from emberlake.silver.factor_mapping.decision import factor_mapping


def test_cases(spark: SparkSession) -> None:
    found, wanted = outcome(spark, factor_mapping, "silver.factor_mapping", "decision", "bronze.decision_factor_mapping")
    assert found == wanted
