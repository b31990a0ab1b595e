"""What silver.factor_policy makes of decisions on exceptions."""

from masters import outcome
from pyspark.sql import SparkSession

from emberlake.silver.factor_policy.decision import factor_policy


def test_cases(spark: SparkSession) -> None:
    found, wanted = outcome(spark, factor_policy, "silver.factor_policy", "decision", "bronze.decision_factor_policy")
    assert found == wanted
