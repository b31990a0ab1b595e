"""Units: the unit sets that ship with the product."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from emberlake.carbon.unit_meaning import meaning_of


def unit(reference_unit: DataFrame) -> DataFrame:
    """One row per code of a unit set.

    Dimension, base unit and ``base_per_unit`` (base units per unit) are what the units library makes of the
    expression; all three stay empty where it knows none, which EMB-UNIT-001 reports. Source: the unit sets kept with
    the product; UNECE codes as in Recommendation 20.
    """
    return reference_unit.withColumn("meaning", meaning_of("unit_expression")).select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("reference").alias("source_system"),
        F.concat_ws(":", "unit_set", "unit_code").alias("unit_id"),
        "unit_set",
        "unit_code",
        "unit_name",
        "unit_expression",
        "meaning.dimension",
        "meaning.base_unit_code",
        "meaning.base_per_unit",
        F.col("_landed_at").alias("known_at"),
        "_source_row_id",
    )
