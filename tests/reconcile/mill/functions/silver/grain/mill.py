"""Deliveries of the mill."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F


def grain(mill_delivery: DataFrame) -> DataFrame:
    """One row per delivery."""
    so_far = Window.partitionBy("nr").orderBy("revision")
    return mill_delivery.select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("mill").alias("source_system"),
        F.concat(F.lit("mill:"), "nr").alias("grain_id"),
        "revision",
        F.date_format("day", "yyyy-MM").alias("period"),
        "material",
        F.sum("kg").over(so_far).cast("decimal(18,6)").alias("kg"),
        F.col("_landed_at").alias("known_at"),
        "_source_row_id",
    )
