"""Materials of the toolmaking plant over time, by its log."""

from pyspark.sql import DataFrame

from emberlake.carbon.history import lives
from emberlake.silver.material.werkbank import material


def material_history(werkbank_article: DataFrame) -> DataFrame:
    """One row per material of a source system and stretch of time in which its source said the same of it."""
    return lives(material(werkbank_article), werkbank_article, "material_id", ("material_name", "material_group_code", "base_unit_code", "mass_kg_per_piece"))
