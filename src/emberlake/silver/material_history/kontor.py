"""Materials of the German ERP over time, each delivery is the whole."""

from pyspark.sql import DataFrame

from emberlake.carbon.history import lives
from emberlake.silver.material.kontor import material


def material_history(kontor_artikel: DataFrame) -> DataFrame:
    """One row per material of a source system and stretch of time in which its source said the same of it."""
    return lives(material(kontor_artikel), kontor_artikel, "material_id", ("material_name", "material_group_code", "base_unit_code", "mass_kg_per_piece"))
