"""The emissions of each activity, gas by gas: quantity times factor, exact to the last digit."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from emberlake.carbon.amounts import emission as emission_of

FORMULA = {"average-data": "1.4", "spend-based": "1.5"}  # GHG Protocol Technical Guidance, category 1


def emission(activity: DataFrame, factor_choice: DataFrame, emission_factor: DataFrame) -> DataFrame:
    """One posting per activity, gas and basis; a correction reverses the old one and posts the new one."""
    number = emission_of(F.col("activity_quantity"), F.col("factor_kgco2e_per_unit"))
    priced = with_factor(activity, factor_choice, emission_factor).withColumn("kgco2e", number)
    overflow = F.col("factor_id").isNotNull() & F.col("kgco2e").isNull()
    return priced.select(
        "organisation_id",
        F.concat_ws("|", "activity_id", "gas", F.lit("single")).alias("emission_id"),
        "activity_id", "source_system", "scope", "category_code", "category_name", "method",
        F.lit("single").alias("basis"),
        "gas", "period", "activity_date", "plant_id", "plant_name", "supplier_id", "supplier_name", "material_id", "material_name",
        "activity_quantity", "activity_unit_code", "mass_kg", "spend_eur",
        "factor_choice_id", "factor_id", "factor_policy_id", "factor_release", "factor_boundary", "factor_kgco2e_per_unit", "gwp_set",
        F.when(F.col("method") == "average-data", FORMULA["average-data"]).when(F.col("method") == "spend-based", FORMULA["spend-based"]).alias("formula"),
        "kgco2e",
        F.coalesce("reason", "_choice_reason", F.when(overflow, "overflow")).alias("reason"),
        "counts_activity",
        F.greatest("known_at", "_choice_known_at", "_factor_known_at").alias("known_at"),
        "_source_row_id",
    )  # fmt: skip


def with_factor(activity: DataFrame, factor_choice: DataFrame, emission_factor: DataFrame) -> DataFrame:
    """Each activity with the factor chosen for its question, one row per gas; without one, a single row for CO2e."""
    answers = factor_choice.select(
        "organisation_id", "method", "activity_code", "activity_unit_code", "geography_code", "activity_date", "factor_choice_id",
        "factor_id", "factor_policy_id", F.col("reason").alias("_choice_reason"), F.col("known_at").alias("_choice_known_at"),
    )  # fmt: skip
    factors = emission_factor.select(
        "factor_id", "gas", F.col("release").alias("factor_release"), F.col("boundary").alias("factor_boundary"),
        F.col("kgco2e_per_unit").alias("factor_kgco2e_per_unit"), "gwp_set", "is_lead_gas", F.col("known_at").alias("_factor_known_at"),
    )  # fmt: skip
    question = ["organisation_id", "method", "activity_code", "activity_unit_code", "geography_code", "activity_date"]
    asks = activity.withColumn("_asks", F.col("reason").isNull())
    answered = asks.join(F.broadcast(answers.withColumn("_asks", F.lit(True))), on=[*question, "_asks"], how="left").drop("_asks")
    return answered.join(F.broadcast(factors), on="factor_id", how="left").withColumn("gas", F.coalesce("gas", F.lit("CO2e"))).withColumn(
        "counts_activity", F.coalesce("is_lead_gas", F.lit(True))
    )  # fmt: skip
