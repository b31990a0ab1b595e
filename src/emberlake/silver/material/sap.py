"""Materials of the British plant (MARA with the text of MAKT)."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F


def material(sap_mara: DataFrame, unit: DataFrame) -> DataFrame:
    """One row per material of a source system."""
    masses = unit.where("unit_set = 'sap' and dimension = 'mass'").select(F.col("unit_code").alias("gewei"), F.col("base_per_unit").alias("_kg_per_gewei"))
    return sap_mara.join(masses, on="gewei", how="left").select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("sap").alias("source_system"),
        F.concat(F.lit("sap:"), "matnr").alias("material_id"),
        F.col("maktx").alias("material_name"),
        F.col("matkl").alias("material_group_code"),
        F.col("meins").alias("base_unit_code"),
        mass_of_piece().alias("mass_kg_per_piece"),
        F.col("_landed_at").alias("known_at"),
        "_source_row_id",
    )


def mass_of_piece() -> Column:
    """NTGEW in GEWEI for one base unit, in kg half-up at 9 digits; a mass of 0.000 is how SAP writes that none is kept."""
    mass = F.round(F.col("ntgew").try_cast("decimal(18,6)") * F.col("_kg_per_gewei"), 9).try_cast("decimal(18,9)")
    return F.when((F.col("meins") == "ST") & (F.col("ntgew") > 0), mass)
