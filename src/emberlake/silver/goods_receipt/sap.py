"""Goods receipts of the British plant: material document lines (MSEG) of purchases."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from emberlake.carbon.purchases import completed

REVERSAL = "102"


def goods_receipt(
    sap_mseg: DataFrame, sap_ekko: DataFrame, supplier: DataFrame, material: DataFrame, plant: DataFrame, unit: DataFrame, exchange_rate: DataFrame
) -> DataFrame:  # fmt: skip
    """One row per goods receipt line posted in an ERP."""
    orders = sap_ekko.select("mandt", "ebeln", F.col("lifnr").alias("_order_lifnr")).dropDuplicates(["mandt", "ebeln"])
    lines = with_reversal(sap_mseg).join(orders, on=["mandt", "ebeln"], how="left").select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("sap").alias("source_system"),
        F.concat(F.lit("sap:"), F.concat_ws("/", "mblnr", "mjahr", "zeile")).alias("goods_receipt_id"),
        F.col("budat_mkpf").alias("posting_date"),
        F.col("gjahr").alias("fiscal_year"),
        F.col("monat").alias("fiscal_period"),
        F.concat(F.lit("sap:"), "werks").alias("plant_id"),
        # The document names its vendor; where it does not, the purchase order does.
        F.concat(F.lit("sap:"), F.coalesce("lifnr", "_order_lifnr")).alias("supplier_id"),
        F.concat(F.lit("sap:"), "matnr").alias("material_id"),
        signed(F.col("menge")).alias("quantity"),
        F.col("meins").alias("unit_code"),
        # From July on the extract also writes a minus behind DMBTR, so the sign is taken from SHKZG alone.
        signed(F.abs("dmbtr")).alias("net_amount"),
        F.col("waers").alias("currency_code"),
        F.col("bwart").alias("movement_type_code"),
        "is_reversed",
        F.col("_landed_at").alias("known_at"),
        "_source_row_id",
    )  # fmt: skip
    return completed(lines, supplier, material, plant, unit, exchange_rate, unit_set="sap", rate_source="reference")


def signed(amount: Column) -> Column:
    """SAP writes amounts unsigned and says by SHKZG whether goods came (S) or went (H)."""
    return F.when(F.col("shkzg") == "H", -amount).otherwise(amount)


def with_reversal(sap_mseg: DataFrame) -> DataFrame:
    """Add is_reversed: true on a line that another line takes back (SMBLN, SJAHR, SMBLP of movement 102)."""
    taken_back = sap_mseg.where(F.col("bwart") == REVERSAL).select(
        "mandt", F.col("smbln").alias("mblnr"), F.col("sjahr").alias("mjahr"), F.col("smblp").alias("zeile")
    )
    marked = taken_back.distinct().withColumn("_taken_back", F.lit(True))
    joined = sap_mseg.join(F.broadcast(marked), on=["mandt", "mblnr", "mjahr", "zeile"], how="left")
    return joined.withColumn("is_reversed", F.coalesce("_taken_back", F.lit(False))).drop("_taken_back")
