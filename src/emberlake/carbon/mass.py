"""The mass of a quantity: by its unit where that is a mass, by the mass of a piece where it counts pieces."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from emberlake.carbon.amounts import QUANTITY, product, rounded


def with_mass(frame: DataFrame, unit: DataFrame) -> DataFrame:
    """Add mass_kg (18,6) and mass_reason for quantity, unit_set, unit_code and mass_kg_per_piece; the latter column is used up.

    mass_reason, where mass_kg is empty: unit_unknown, no_mass_of_piece, no_mass_in_unit or overflow. Pieces are rounded to
    6 digits before they are multiplied by the mass of one.
    """
    known = unit.select("unit_set", "unit_code", F.col("dimension").alias("_dimension"), F.col("base_per_unit").alias("_base_per_unit"))
    joined = frame.join(known, on=["unit_set", "unit_code"], how="left").withColumn("_base", product(F.col("quantity"), F.col("_base_per_unit")))
    by_piece = rounded(F.try_multiply(F.col("_base"), F.col("mass_kg_per_piece").cast("decimal(18,9)")), 6, QUANTITY)
    mass = F.when(F.col("_dimension") == "mass", F.col("_base")).when(F.col("_dimension") == "count", by_piece)
    return joined.withColumn("mass_kg", mass).withColumn("mass_reason", mass_reason()).drop("_dimension", "_base_per_unit", "_base", "mass_kg_per_piece")


def mass_reason() -> Column:
    return (
        F.when(F.col("mass_kg").isNotNull(), F.lit(None).cast("string"))
        .when(F.col("_dimension").isNull(), F.lit("unit_unknown"))
        .when((F.col("_dimension") == "count") & F.col("mass_kg_per_piece").isNull(), F.lit("no_mass_of_piece"))
        .when(~F.col("_dimension").isin("mass", "count"), F.lit("no_mass_in_unit"))
        .otherwise(F.lit("overflow"))
    )
