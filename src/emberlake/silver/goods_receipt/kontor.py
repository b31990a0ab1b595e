"""Goods receipts of the German ERP: one file a month, German words."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from emberlake.carbon.purchases import completed


def goods_receipt(
    kontor_wareneingang: DataFrame, supplier: DataFrame, material: DataFrame, plant: DataFrame, unit: DataFrame, exchange_rate: DataFrame
) -> DataFrame:  # fmt: skip
    """One row per goods receipt line posted in an ERP."""
    lines = kontor_wareneingang.select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("kontor").alias("source_system"),
        F.concat(F.lit("kontor:"), "belegnummer", F.lit("/"), F.col("position").cast("string")).alias("goods_receipt_id"),
        F.col("buchungsdatum").alias("posting_date"),
        F.year("buchungsdatum").alias("fiscal_year"),
        F.month("buchungsdatum").alias("fiscal_period"),
        F.concat(F.lit("kontor:"), "werk_nr").alias("plant_id"),
        F.concat(F.lit("kontor:"), "lieferanten_nr").alias("supplier_id"),
        F.concat(F.lit("kontor:"), "artikel_nr").alias("material_id"),
        F.col("menge").alias("quantity"),
        F.col("einheit").alias("unit_code"),
        F.col("nettowert").alias("net_amount"),
        F.col("waehrung").alias("currency_code"),
        F.coalesce(F.col("storno") == "X", F.lit(False)).alias("is_cancelled"),
        F.col("_landed_at").alias("known_at"),
        "_source_row_id",
    )
    return completed(lines, supplier, material, plant, unit, exchange_rate, unit_set="kontor", rate_source="reference")
