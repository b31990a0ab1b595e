"""What silver.material_history makes of the materials of werkbank."""

from feed_cases import outcome
from pyspark.sql import SparkSession

from emberlake.silver.material_history.werkbank import material_history


def test_cases(spark: SparkSession) -> None:
    found, wanted = outcome(spark, material_history, "silver.material_history", "werkbank")
    assert found == wanted
