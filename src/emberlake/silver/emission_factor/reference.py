"""Emission factors: the published editions that ship with the product."""

from decimal import Decimal

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql.types import DecimalType, StringType, StructField, StructType

from emberlake.carbon.units import per_base

PER_BASE = StructType([StructField("per_unit_code", StringType()), StructField("kgco2e", DecimalType(19, 12))])

PUBLISHER_ROUNDING = "0.00002"
"""A total and three gases, each rounded to five decimal places, differ by no more than four halves of the last one."""


def emission_factor(reference_emission_factor: DataFrame) -> DataFrame:
    """One row per emission factor and gas of a release.

    A factor whose publisher splits it gives CO2, CH4 and N2O, as CO2e; the three must equal the total within the
    publisher's rounding. Otherwise, and where there is no split, the total alone counts, as gas CO2e.
    ``kgco2e_per_unit`` is kg CO2e per base unit (``per_unit_code``), and ``published_value`` the gas's part as
    published; both units stay empty where the units library does not know them, which EMB-EF-001 reports.
    ``has_siblings_in_doubt`` compares whole factors. Source: the publisher named in each row.
    """
    to_base = F.udf(kg_per_base, PER_BASE, useArrow=False)
    return (
        reference_emission_factor.withColumn("whole", to_base("co2e", "amount_unit", "per_unit"))
        .withColumn("current", value_if_current())
        .withColumn("has_siblings_in_doubt", in_doubt())
        .withColumn("part", F.explode(parts()))
        .withColumn("base", to_base("part.value", "amount_unit", "per_unit"))
        .select(
            F.col("_organisation_id").alias("organisation_id"),
            F.lit("reference").alias("source_system"),
            F.concat_ws(":", "factor_id", "part.gas").alias("emission_factor_id"),
            "factor_id",
            "part.gas",
            "activity_code",
            "activity_name",
            "geography_code",
            "base.per_unit_code",
            "price_year",
            F.col("base.kgco2e").alias("kgco2e_per_unit"),
            F.when(F.col("part.gas") == "CO2e", F.col("published_value")).otherwise(F.col("part.value")).alias("published_value"),
            "published_unit",
            "has_siblings_in_doubt",
            "boundary",
            "gwp_set",
            "valid_from_date",
            "valid_to_date",
            "published_date",
            "release",
            "source",
            "source_locator",
            "licence",
            F.col("part.gas").isin("CO2", "CO2e").alias("is_lead_gas"),
            F.col("_landed_at").alias("known_at"),
            "_source_row_id",
        )
    )


def parts() -> Column:
    """The gases of a factor with their values: the publisher's split where it holds, else the total."""
    split = F.col("co2") + F.col("ch4") + F.col("n2o")
    split_holds = F.abs(split - F.col("co2e")) <= F.lit(PUBLISHER_ROUNDING).cast("decimal(19,12)")
    gases = [F.struct(F.lit(name).alias("gas"), F.col(name.lower()).alias("value")) for name in ("CO2", "CH4", "N2O")]
    total = F.struct(F.lit("CO2e").alias("gas"), F.col("co2e").alias("value"))
    return F.when(split_holds, F.array(*gases)).otherwise(F.array(total))


def value_if_current() -> Column:
    """The whole factor in kg per base unit on the latest arrival of its id; empty on what that arrival replaces."""
    landed = Window.partitionBy("_organisation_id", "factor_id").orderBy(F.desc("_landed_at"), F.desc("_source_row_id"))
    return F.when(F.row_number().over(landed) == 1, F.col("whole.kgco2e"))


def in_doubt() -> Column:
    """True where factors for the same thing differ by more than one per cent.

    The same thing: activity, geography, boundary, qualifier, price year, validity, release and base unit. Only what
    is current is compared, so that a correction does not stand in doubt against what it replaces.
    """
    siblings = Window.partitionBy(
        "_organisation_id",
        "activity_code",
        "geography_code",
        "boundary",
        "per_unit_qualifier",
        "price_year",
        "valid_from_date",
        "valid_to_date",
        "release",
        "whole.per_unit_code",
    )
    largest, smallest = F.max("current").over(siblings), F.min("current").over(siblings)
    return F.coalesce((largest - smallest) * 100 > largest, F.lit(False))


def kg_per_base(value: Decimal | None, amount_unit: str | None, per_unit: str | None) -> tuple[str, Decimal] | None:
    """Base unit and kg per base unit; None where they cannot be told."""
    if value is None or amount_unit is None or per_unit is None:
        return None
    return per_base(value, amount_unit, per_unit)
