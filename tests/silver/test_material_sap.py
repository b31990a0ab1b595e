"""What silver.material makes of the British materials."""

from masters import outcome
from pyspark.sql import SparkSession

from emberlake.silver.material.sap import material
from support.tables import frame


def test_cases(spark: SparkSession) -> None:
    found, wanted = outcome(spark, material, "silver.material", "sap", "bronze.sap_mara", "silver.unit")
    assert found == wanted


def test_a_mass_too_large_to_be_kept_stops_no_build(spark: SparkSession) -> None:
    """NTGEW holds fifteen digits before the point, three more than silver."""
    units = frame(spark, "silver.unit", [{"unit_set": "sap", "unit_code": "KG", "dimension": "mass", "base_per_unit": "1"}])
    heavy = {"mandt": "100", "matnr": "1", "maktx": "SHIP", "meins": "ST", "ntgew": "999999999999999.999", "gewei": "KG"}
    assert [row["mass_kg_per_piece"] for row in material(frame(spark, "bronze.sap_mara", [heavy]), units).collect()] == [None]
