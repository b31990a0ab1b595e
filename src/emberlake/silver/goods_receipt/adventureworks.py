"""Goods receipts of AdventureWorks: what its purchase order lines say was taken into stock."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from emberlake.carbon.amounts import rounded
from emberlake.carbon.purchases import completed

RECEIVING_SITE = "adventureworks:receiving-site"
"""The extracts name no place of receipt; the organisation assigns this one."""


def goods_receipt(
    adventureworks_purchase_order_detail: DataFrame,
    adventureworks_purchase_order_header: DataFrame,
    adventureworks_product_vendor: DataFrame,
    supplier: DataFrame,
    material: DataFrame,
    plant: DataFrame,
    unit: DataFrame,
    exchange_rate: DataFrame,
) -> DataFrame:
    """One row per goods receipt line posted in an ERP.

    Quantity is what was accepted into stock, at the price of the line. The unit is that in which the vendor sells the
    product, because the line has none. The date is that of sending, the last event of an order that is dated; amounts
    are US dollar. Euro are at the ECB's rate of that day, not at the rate in the source's own books.
    """
    priced = rounded(F.try_multiply("unit_price", "stocked_qty"), 2, "decimal(18,2)")
    lines = with_order(adventureworks_purchase_order_detail, adventureworks_purchase_order_header, adventureworks_product_vendor).select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("adventureworks").alias("source_system"),
        F.concat(F.lit("adventureworks:"), F.concat_ws("/", "purchase_order_id", "purchase_order_detail_id")).alias("goods_receipt_id"),
        F.col("ship_date").alias("posting_date"),
        F.lit(None).cast("int").alias("fiscal_year"),
        F.lit(None).cast("int").alias("fiscal_period"),
        F.lit(RECEIVING_SITE).alias("plant_id"),
        F.concat(F.lit("adventureworks:"), F.col("vendor_id").cast("string")).alias("supplier_id"),
        F.concat(F.lit("adventureworks:"), F.col("product_id").cast("string")).alias("material_id"),
        F.col("stocked_qty").cast("decimal(18,6)").alias("quantity"),
        F.col("unit_measure_code").alias("unit_code"),
        priced.alias("net_amount"),
        F.lit("USD").alias("currency_code"),
        F.col("status").alias("order_status_code"),
        "due_date",
        F.greatest("_landed_at", "_order_landed_at", "_sold_landed_at").alias("known_at"),
        "_source_row_id",
    )
    return completed(lines, supplier, material, plant, unit, exchange_rate, unit_set="adventureworks", rate_source="ecb")


def with_order(lines: DataFrame, orders: DataFrame, sold: DataFrame) -> DataFrame:
    """Lines with vendor, status and date of their order, and the unit in which the vendor sells the product."""
    heads = orders.select("purchase_order_id", "vendor_id", "status", "ship_date", F.col("_landed_at").alias("_order_landed_at"))
    units = sold.select("product_id", F.col("business_entity_id").alias("vendor_id"), "unit_measure_code", F.col("_landed_at").alias("_sold_landed_at"))
    return lines.join(heads, on="purchase_order_id", how="left").join(units, on=["product_id", "vendor_id"], how="left")
