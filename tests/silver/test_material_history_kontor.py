"""What silver.material_history makes of the materials of kontor."""

from feed_cases import outcome
from pyspark.sql import SparkSession

from emberlake.silver.material_history.kontor import material_history


def test_cases(spark: SparkSession) -> None:
    found, wanted = outcome(spark, material_history, "silver.material_history", "kontor")
    assert found == wanted
