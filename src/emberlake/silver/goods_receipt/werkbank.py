"""Goods receipts of the toolmaking plant."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from emberlake.carbon.purchases import completed


def goods_receipt(
    werkbank_receipt: DataFrame, supplier: DataFrame, material: DataFrame, plant: DataFrame, unit: DataFrame, exchange_rate: DataFrame
) -> DataFrame:  # fmt: skip
    """One row per goods receipt line posted in an ERP."""
    lines = werkbank_receipt.select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("werkbank").alias("source_system"),
        F.concat(F.lit("werkbank:"), "receipt_no", F.lit("/"), F.col("line_no").cast("string")).alias("goods_receipt_id"),
        F.col("posted_on").alias("posting_date"),
        F.year("posted_on").alias("fiscal_year"),
        F.month("posted_on").alias("fiscal_period"),
        F.concat(F.lit("werkbank:"), "site_no").alias("plant_id"),
        F.concat(F.lit("werkbank:"), "supplier_no").alias("supplier_id"),
        F.concat(F.lit("werkbank:"), "article_no").alias("material_id"),
        F.col("quantity").alias("quantity"),
        F.col("unit").alias("unit_code"),
        F.col("net_value").alias("net_amount"),
        F.col("currency").alias("currency_code"),
        F.col("is_cancelled"),
        F.col("_landed_at").alias("known_at"),
        "_source_row_id",
    )
    return completed(lines, supplier, material, plant, unit, exchange_rate, unit_set="unece", rate_source="reference")
