"""Policies that the organisation decided on."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F


def factor_policy(decision_factor_policy: DataFrame) -> DataFrame:
    """One row per policy that lets a factor of another place or year price an activity."""
    return decision_factor_policy.select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("decision").alias("source_system"),
        "factor_policy_id", "method", "factor_geography_code", "activity_geography_code",
        yes("allows_other_place"), yes("allows_other_year"), yes("allows_other_price_year"),
        "valid_from_date", "valid_to_date", "reason", "decided_by", "decided_date",
        F.col("_landed_at").alias("known_at"),
        "_source_row_id",
    )  # fmt: skip


def yes(name: str) -> Column:
    """The words true and false; anything else stays empty, and an empty permission is refused by the contract."""
    return F.when(F.col(name) == "true", F.lit(True)).when(F.col(name) == "false", F.lit(False)).alias(name)
