"""Exact amounts: which scale a quantity, a sum of money or an emission has, and how products and quotients are rounded.

All rounding is half-up. A result that does not fit becomes NULL, which a rule sees; nothing wraps or is cut.
Scales: quantities, masses and spend (18,6); factors and unit ratios (19,12); emissions (28,12).
"""

from pyspark.sql import Column
from pyspark.sql import functions as F

QUANTITY = "decimal(18,6)"
FACTOR = "decimal(19,12)"
EMISSION = "decimal(28,12)"


def rounded(value: Column, scale: int, to_type: str) -> Column:
    """Half-up at `scale` digits, as `to_type`; NULL where it does not fit."""
    return F.round(value, scale).try_cast(to_type)


def product(quantity: Column, ratio: Column) -> Column:
    """(18,6) times (19,12) is (38,18), exact at both ends of the range; rounded half-up to (18,6)."""
    return rounded(F.try_multiply(quantity.try_cast(QUANTITY), ratio.cast(FACTOR)), 6, QUANTITY)


def emission(quantity: Column, factor: Column) -> Column:
    """kg CO2e of a quantity (18,6) at a factor (19,12): the exact (38,18) product, half-up at 12 digits, as (28,12)."""
    return rounded(F.try_multiply(quantity.try_cast(QUANTITY), factor.cast(FACTOR)), 12, EMISSION)
