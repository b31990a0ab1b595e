"""Units of AdventureWorks: its codes and names, and what the organisation says they are."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from emberlake.carbon.unit_meaning import meaning_of


def unit(adventureworks_unit_measure: DataFrame, assignment_unit: DataFrame) -> DataFrame:
    """One row per code of a unit set.

    A code without an assigned expression keeps none, and is reported by EMB-UNIT-001: the extract has names and no
    definitions, and a guess would be worse than a gap.
    """
    assigned = assignment_unit.where("mapped_source_system = 'adventureworks'").select(
        F.col("_organisation_id"), F.col("unit_code").alias("unit_measure_code"), "unit_expression", F.col("_landed_at").alias("_assigned_at")
    )  # fmt: skip
    joined = adventureworks_unit_measure.join(F.broadcast(assigned), on=["_organisation_id", "unit_measure_code"], how="left")
    return joined.withColumn("meaning", meaning_of("unit_expression")).select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("adventureworks").alias("source_system"),
        F.concat(F.lit("adventureworks:"), "unit_measure_code").alias("unit_id"),
        F.lit("adventureworks").alias("unit_set"),
        F.col("unit_measure_code").alias("unit_code"),
        F.col("name").alias("unit_name"),
        "unit_expression",
        "meaning.dimension",
        "meaning.base_unit_code",
        "meaning.base_per_unit",
        F.greatest("_landed_at", "_assigned_at").alias("known_at"),
        "_source_row_id",
    )
