"""A published row without a value (the flat file of UK DESNZ has hundreds): no factor, no number, and never nought."""

from pyspark.sql import SparkSession

from emberlake.contracts.rows import implied_by
from emberlake.gold.activity import activity
from emberlake.gold.emission import emission
from emberlake.gold.factor_choice import factor_choice
from emberlake.gold.inventory import inventory
from emberlake.silver.emission_factor.reference import emission_factor
from support.tables import contracts, frame, judged

EMPTY = {
    "factor_id": "desnz:2025:empty", "activity_code": "steel", "activity_name": "Steel", "geography_code": "GB", "boundary": "cradle-to-gate",
    "published_unit": "kg CO2e/tonne", "amount_unit": "kg", "per_unit": "t", "gwp_set": "AR5", "valid_from_date": "2025-01-01",
    "valid_to_date": "2025-12-31", "published_date": "2025-06-10", "release": "desnz-2025", "source": "DESNZ", "source_locator": "row", "licence": "OGL-3.0",
}  # fmt: skip
RECEIPT = {
    "goods_receipt_id": "kontor:1", "source_system": "kontor", "posting_date": "2025-03-07", "period": "2025-03", "plant_id": "kontor:1000",
    "plant_name": "Werk Hagen", "supplier_id": "kontor:1", "supplier_name": "Wire", "supplier_country_code": "GB", "material_id": "kontor:1",
    "material_name": "Rod", "material_group_code": "100", "mass_kg": "12.5", "spend_eur": "100", "spend_usd": "108.57",
}  # fmt: skip
DECISION = {
    "factor_mapping_id": "FM", "mapped_source_system": "kontor", "material_group_code": "100", "method": "average-data",
    "activity_code": "steel", "valid_from_date": "2025-01-01",
}  # fmt: skip


def test_bronze_asks_for_the_value() -> None:
    bronze = contracts()["bronze.reference_emission_factor"]
    asked = [rule.id for rule in implied_by(bronze, bronze.column("published_value"))]
    assert asked == ["bronze.reference_emission_factor.published_value.required"]


def test_what_it_would_price_stays_without_a_number(spark: SparkSession) -> None:
    """From the factor to the inventory: rows that break a rule are taken out in between, as the runner does."""
    factors = judged(emission_factor(frame(spark, "bronze.reference_emission_factor", [EMPTY])), "silver.emission_factor", "reference").cache()
    assert {row["rules"] for row in factors.select("rules").collect()} == {
        "EMB-EF-001, EMB-EF-004, silver.emission_factor.per_unit_code.required, silver.emission_factor.kgco2e_per_unit.required, "
        "silver.emission_factor.published_value.required"
    }
    kept = factors.where("rules = ''").drop("rules")
    activities = activity(frame(spark, "silver.goods_receipt", [RECEIPT]), frame(spark, "silver.factor_mapping", [DECISION]))
    choices = factor_choice(activities, kept, frame(spark, "silver.factor_policy", []))
    (cell,) = inventory(emission(activities, choices, kept)).collect()
    assert (cell["kgco2e"], cell["reasons"], cell["activity_count"], cell["covered_activity_count"]) == (None, "no_factor", 1, 0)
