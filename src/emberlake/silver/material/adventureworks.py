"""Products of AdventureWorks, in their subcategory or in the group that the organisation assigned."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F


def material(adventureworks_product: DataFrame, assignment_material_group: DataFrame, unit: DataFrame) -> DataFrame:
    """One row per material of a source system.

    The group is the source's own subcategory. Only where it has none the assigned group stands, which begins with
    assigned/. There is no unit of stock in the extract.
    """
    assigned = assignment_material_group.where("mapped_source_system = 'adventureworks'").select(
        "_organisation_id",
        F.col("material_code").alias("_code"),
        F.col("material_group_code").alias("_assigned_group"),
        F.col("_landed_at").alias("_assigned_at"),
    )
    masses = unit.where("unit_set = 'adventureworks' and dimension = 'mass'").select(
        F.col("unit_code").alias("weight_unit_measure_code"), F.col("base_per_unit").alias("_kg_per_unit"), F.col("known_at").alias("_unit_known_at")
    )  # fmt: skip
    coded = adventureworks_product.withColumn("_code", F.col("product_id").cast("string"))
    joined = coded.join(F.broadcast(assigned), on=["_organisation_id", "_code"], how="left").join(
        F.broadcast(masses), on="weight_unit_measure_code", how="left"
    )
    return joined.select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("adventureworks").alias("source_system"),
        F.concat(F.lit("adventureworks:"), "_code").alias("material_id"),
        F.col("name").alias("material_name"),
        F.coalesce(F.col("product_subcategory_id").cast("string"), "_assigned_group").alias("material_group_code"),
        F.lit(None).cast("string").alias("base_unit_code"),
        mass_of_piece().alias("mass_kg_per_piece"),
        F.greatest("_landed_at", "_assigned_at", "_unit_known_at").alias("known_at"),
        "_source_row_id",
    )


def mass_of_piece() -> Column:
    """Weight in its unit, in kg half-up at 9 digits; empty where the product has no weight."""
    return F.round(F.try_multiply(F.col("weight").cast("decimal(18,6)"), F.col("_kg_per_unit")), 9).try_cast("decimal(18,9)")
