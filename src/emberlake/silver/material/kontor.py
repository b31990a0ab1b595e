"""Articles of the German ERP."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def material(kontor_artikel: DataFrame) -> DataFrame:
    """One row per material of a source system."""
    return kontor_artikel.select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("kontor").alias("source_system"),
        F.concat(F.lit("kontor:"), "artikel_nr").alias("material_id"),
        F.col("bezeichnung").alias("material_name"),
        F.col("warengruppe").alias("material_group_code"),
        F.col("lagereinheit").alias("base_unit_code"),
        F.col("gewicht_kg_je_stueck").alias("mass_kg_per_piece"),
        F.col("_landed_at").alias("known_at"),
        "_source_row_id",
    )
