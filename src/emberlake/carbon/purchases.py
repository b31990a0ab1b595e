"""A goods receipt made whole: names beside ids, mass beside quantity, euro and dollar beside the currency of the invoice.

Every feed of `silver.goods_receipt` says what a line of its ERP means and leaves the rest to this chapter.
"""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from emberlake.carbon.mass import with_mass
from emberlake.carbon.money import with_spend


def completed(
    lines: DataFrame, supplier: DataFrame, material: DataFrame, plant: DataFrame, unit: DataFrame, exchange_rate: DataFrame, unit_set: str, rate_source: str
) -> DataFrame:  # fmt: skip
    """Add names, countries, group, mass, spend, period and known_at; what is not found stays empty for the rules to see.

    `lines` has organisation_id, source_system, the ids of receipt, plant, supplier and material, posting_date, quantity,
    unit_code, net_amount, currency_code, known_at, _source_row_id and whatever else the feed needs. `unit_set` says which
    units its codes belong to, `rate_source` whose exchange rates it converts by; both stand in every row.
    """
    suppliers = supplier.select(
        "supplier_id", "supplier_name", F.col("country_code").alias("supplier_country_code"), F.col("known_at").alias("_supplier_known_at")
    )
    materials = material.select("material_id", "material_name", "material_group_code", "mass_kg_per_piece", F.col("known_at").alias("_material_known_at"))
    plants = plant.select("plant_id", "plant_name", F.col("country_code").alias("plant_country_code"), F.col("known_at").alias("_plant_known_at"))
    named = lines.join(suppliers, on="supplier_id", how="left").join(materials, on="material_id", how="left").join(plants, on="plant_id", how="left")
    dated = named.withColumn("period", F.date_format("posting_date", "yyyy-MM"))
    latest = F.greatest("known_at", "_supplier_known_at", "_material_known_at", "_plant_known_at")
    # Which delivery of a line is the later one is decided by its own arrival, not by when a master was learned.
    arrived = dated.withColumn("arrived_at", F.col("known_at")).withColumn("known_at", latest)
    weighed = with_mass(arrived.withColumn("unit_set", F.lit(unit_set)), unit)
    whole = with_spend(weighed, exchange_rate.where(F.col("source_system") == rate_source))
    return whole.withColumn("rate_source_system", F.lit(rate_source)).drop("_supplier_known_at", "_material_known_at", "_plant_known_at")
