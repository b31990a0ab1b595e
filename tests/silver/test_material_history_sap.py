"""What silver.material_history makes of the materials of sap."""

from feed_cases import outcome
from pyspark.sql import SparkSession

from emberlake.silver.material_history.sap import material_history


def test_cases(spark: SparkSession) -> None:
    found, wanted = outcome(spark, material_history, "silver.material_history", "sap")
    assert found == wanted
