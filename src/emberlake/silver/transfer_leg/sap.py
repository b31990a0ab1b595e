"""Deliveries of the British plant."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def transfer_leg(sap_lips: DataFrame) -> DataFrame:
    """One row per line of a transfer as one source system booked it."""
    unit = F.col("gewei")
    in_kg = F.when(unit == "KG", F.lit("1")).when(unit == "G", F.lit("0.001")).when(unit == "TO", F.lit("1000")).cast("decimal(10,3)")
    return sap_lips.select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("sap").alias("source_system"),
        F.concat(F.lit("sap:"), "vbeln", F.lit("/"), "posnr").alias("transfer_leg_id"),
        F.lit("sent").alias("direction"),
        F.ltrim("vbeln", F.lit("0")).alias("consignment_reference"),
        F.col("wadat_ist").alias("leg_date"),
        F.concat(F.lit("sap:"), "werks").alias("plant_id"),
        (F.col("ntgew") * in_kg).cast("decimal(28,6)").alias("mass_kg"),
        F.col("_landed_at").alias("known_at"),
        "_source_row_id",
    )
