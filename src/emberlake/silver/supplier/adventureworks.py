"""Vendors of AdventureWorks, with the country of their address."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def supplier(
    adventureworks_vendor: DataFrame,
    adventureworks_business_entity_address: DataFrame,
    adventureworks_address: DataFrame,
    adventureworks_state_province: DataFrame,
    adventureworks_country_region: DataFrame,
) -> DataFrame:
    """One row per supplier of a source system.

    The country is that of the vendor's addresses, by way of state or province; a vendor with addresses in several
    countries, or in none that is listed, has none, and the contract reports it.
    """
    states = adventureworks_state_province.select("state_province_id", "country_region_code", F.col("_landed_at").alias("_state_at"))
    countries = adventureworks_country_region.select("country_region_code", F.col("_landed_at").alias("_country_at"))
    located = (
        adventureworks_business_entity_address.select("business_entity_id", "address_id", F.col("_landed_at").alias("_entity_at"))
        .join(adventureworks_vendor.select("business_entity_id"), on="business_entity_id", how="left_semi")
        .join(adventureworks_address.select("address_id", "state_province_id", F.col("_landed_at").alias("_address_at")), on="address_id")
        .join(states, on="state_province_id")
        .join(countries, on="country_region_code")
    )
    homes = located.groupBy("business_entity_id").agg(
        F.when(F.count_distinct("country_region_code") == 1, F.max("country_region_code")).alias("country_code"),
        F.max(F.greatest("_entity_at", "_address_at", "_state_at", "_country_at")).alias("_located_at"),
    )
    return adventureworks_vendor.join(homes, on="business_entity_id", how="left").select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("adventureworks").alias("source_system"),
        F.concat(F.lit("adventureworks:"), F.col("business_entity_id").cast("string")).alias("supplier_id"),
        F.col("name").alias("supplier_name"),
        "country_code",
        F.greatest("_landed_at", "_located_at").alias("known_at"),
        "_source_row_id",
    )
