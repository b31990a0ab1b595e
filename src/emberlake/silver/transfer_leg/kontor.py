"""Stock transfers that the German plant received."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def transfer_leg(kontor_umlagerung: DataFrame) -> DataFrame:
    """One row per line of a transfer as one source system booked it."""
    return kontor_umlagerung.select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("kontor").alias("source_system"),
        F.concat(F.lit("kontor:"), "umlagerung", F.lit("/"), F.col("position").cast("string")).alias("transfer_leg_id"),
        F.lit("received").alias("direction"),
        F.ltrim("lieferschein", F.lit("0")).alias("consignment_reference"),
        F.col("eingangsdatum").alias("leg_date"),
        F.concat(F.lit("kontor:"), "werk_nr").alias("plant_id"),
        F.col("gewicht_kg").cast("decimal(28,6)").alias("mass_kg"),
        F.col("_landed_at").alias("known_at"),
        "_source_row_id",
    )
