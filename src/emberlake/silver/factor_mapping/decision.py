"""Mappings that the organisation decided on."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def factor_mapping(decision_factor_mapping: DataFrame) -> DataFrame:
    """One row per material group of an organisation's source system and the day from which it is priced so."""
    return decision_factor_mapping.select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("decision").alias("source_system"),
        "factor_mapping_id", "mapped_source_system", "material_group_code", "method", "activity_code", "valid_from_date",
        "valid_to_date", "label", "decided_by", "decided_date",
        F.col("_landed_at").alias("known_at"),
        "_source_row_id",
    )  # fmt: skip
