"""Articles of the toolmaking plant."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def material(werkbank_article: DataFrame) -> DataFrame:
    """One row per material of a source system."""
    return werkbank_article.select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("werkbank").alias("source_system"),
        F.concat(F.lit("werkbank:"), "article_no").alias("material_id"),
        F.col("name").alias("material_name"),
        F.col("group_code").alias("material_group_code"),
        F.col("stock_unit").alias("base_unit_code"),
        F.col("kg_per_piece").alias("mass_kg_per_piece"),
        F.col("_landed_at").alias("known_at"),
        "_source_row_id",
    )
