"""Activity data of scope 3 category 1: what was bought, and by which method and factor it is to be priced."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

CATEGORY = "1"
CATEGORY_NAME = "Purchased goods and services"


def activity(goods_receipt: DataFrame, factor_mapping: DataFrame) -> DataFrame:
    """One row per purchase of goods: a goods receipt line with the method and factor that it is to be priced by."""
    by_mass = F.col("method") == "average-data"
    quantity = F.when(by_mass, F.col("mass_kg")).when(F.col("method") == "spend-based", F.col("spend_usd"))
    return mapped(goods_receipt, factor_mapping).select(
        "organisation_id",
        F.concat(F.lit("3.1:"), "goods_receipt_id").alias("activity_id"),
        "goods_receipt_id",
        "source_system",
        F.lit("3").alias("scope"),
        F.lit(CATEGORY).alias("category_code"),
        F.lit(CATEGORY_NAME).alias("category_name"),
        "method",
        "period",
        F.col("posting_date").alias("activity_date"),
        "plant_id", "plant_name",
        F.col("supplier_country_code").alias("geography_code"),
        "supplier_id", "supplier_name", "material_id", "material_name", "material_group_code",
        "activity_code",
        "factor_mapping_id",
        quantity.alias("activity_quantity"),
        F.when(by_mass, "kg").when(F.col("method") == "spend-based", "USD").alias("activity_unit_code"),
        "mass_kg",
        "spend_eur",
        F.when(F.col("method").isNull(), "no_mapping").when(by_mass & F.col("mass_kg").isNull(), "no_mass").alias("reason"),
        F.greatest("known_at", "_mapping_known_at").alias("known_at"),
        "_source_row_id",
    )  # fmt: skip


def mapped(goods_receipt: DataFrame, factor_mapping: DataFrame) -> DataFrame:
    """Receipts with the mapping of their group that is in force on the day; the latest to begin where several are."""
    decisions = factor_mapping.select(
        "organisation_id", F.col("mapped_source_system").alias("source_system"), "material_group_code", "method", "activity_code",
        "factor_mapping_id", "valid_from_date", "valid_to_date", F.col("known_at").alias("_mapping_known_at"),
    )  # fmt: skip
    keys = ["organisation_id", "source_system", "material_group_code"]
    # One array per group keeps the join one to one, whatever the number of decisions.
    by_group = decisions.groupBy(*keys).agg(
        F.array_sort(F.collect_list(F.struct("valid_from_date", "valid_to_date", "factor_mapping_id", "method", "activity_code", "_mapping_known_at"))).alias(
            "_decisions"
        )
    )
    in_force = F.expr("filter(_decisions, d -> d.valid_from_date <= posting_date and (d.valid_to_date is null or posting_date <= d.valid_to_date))")
    joined = goods_receipt.join(F.broadcast(by_group), on=keys, how="left").withColumn("_decision", F.try_element_at(in_force, F.lit(-1)))
    return joined.select("*", "_decision.method", "_decision.activity_code", "_decision.factor_mapping_id", "_decision._mapping_known_at")
