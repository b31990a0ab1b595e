"""Units: the unit sets that ship with the product."""

from decimal import Decimal

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import DecimalType, StringType, StructField, StructType

from emberlake.carbon.units import describe

MEANING = StructType(
    [
        StructField("dimension", StringType()),
        StructField("base_unit_code", StringType()),
        StructField("base_per_unit", DecimalType(19, 12)),
    ]
)


def unit(reference_unit: DataFrame) -> DataFrame:
    """One row per code of a unit set.

    Dimension, base unit and ``base_per_unit`` (base units per unit) are what the units library makes of the
    expression; all three stay empty where it knows none, which EMB-UNIT-001 reports. Source: the unit sets kept with
    the product; UNECE codes as in Recommendation 20.
    """
    meaning_of = F.udf(meaning, MEANING, useArrow=False)
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


def meaning(expression: str | None) -> tuple[str, str, Decimal] | None:
    """Dimension, base unit and size of an expression; None where it is unknown."""
    known = None if expression is None else describe(expression)
    return None if known is None else (known.dimension, known.base_unit_code, known.base_per_unit)
