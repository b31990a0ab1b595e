"""Materials of the British ERP over time, each delivery is the whole."""

from pyspark.sql import DataFrame

from emberlake.carbon.history import lives
from emberlake.silver.material.sap import material


def material_history(sap_mara: DataFrame, unit: DataFrame) -> DataFrame:
    """One row per material of a source system and stretch of time in which its source said the same of it."""
    return lives(material(sap_mara, unit), sap_mara, "material_id", ("material_name", "material_group_code", "base_unit_code", "mass_kg_per_piece"))
