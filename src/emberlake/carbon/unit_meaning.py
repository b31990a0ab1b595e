"""What a column of unit expressions means: the same columns for every feed of `silver.unit`."""

from decimal import Decimal

from pyspark.sql import Column
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


def meaning_of(expression: str) -> Column:
    """Struct dimension, base_unit_code, base_per_unit (base units per unit) of a column; NULL where the expression is unknown."""
    return F.udf(meaning, MEANING, useArrow=False)(F.col(expression))


def meaning(expression: str | None) -> tuple[str, str, Decimal] | None:
    """Dimension, base unit and size of an expression; None where it is unknown."""
    known = None if expression is None else describe(expression)
    return None if known is None else (known.dimension, known.base_unit_code, known.base_per_unit)
