"""The inventory: emissions summed, with what share of rows, mass and money the sum covers."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

CELL = ("organisation_id", "period", "scope", "category_code", "method", "basis", "plant_id")
MASS, MONEY = "decimal(28,6)", "decimal(28,6)"


def inventory(emission: DataFrame) -> DataFrame:
    """One row per period, scope, category, method, basis and plant of an organisation."""
    covered = F.col("kgco2e").isNotNull()
    cells = emission.withColumn("method", F.coalesce("method", F.lit("unmapped"))).groupBy(*CELL).agg(
        F.max("category_name").alias("category_name"),
        F.max("plant_name").alias("plant_name"),
        F.sum("kgco2e").cast("decimal(38,12)").alias("kgco2e"),
        once(F.lit(1)).cast("bigint").alias("activity_count"),
        once(F.lit(1), covered).cast("bigint").alias("covered_activity_count"),
        once(F.col("mass_kg")).cast(MASS).alias("mass_kg"),
        once(F.col("mass_kg"), covered).cast(MASS).alias("covered_mass_kg"),
        once(F.col("spend_eur")).cast(MONEY).alias("spend_eur"),
        once(F.col("spend_eur"), covered).cast(MONEY).alias("covered_spend_eur"),
        F.array_sort(F.collect_set(F.when(F.col("counts_activity"), F.col("reason")))).alias("_reasons"),
        F.max("known_at").alias("known_at"),
        F.count(F.lit(1)).alias("_input_count"),
    )  # fmt: skip
    return cells.withColumns(
        {
            "inventory_id": F.concat_ws("|", *CELL),
            "coverage_rows_pct": percent("covered_activity_count", "activity_count"),
            "coverage_mass_pct": percent("covered_mass_kg", "mass_kg"),
            "coverage_spend_pct": percent("covered_spend_eur", "spend_eur"),
            "reasons": F.when(F.size("_reasons") > 0, F.concat_ws(", ", "_reasons")),
        }
    ).drop("_reasons")


def once(value: Column, also: Column | None = None) -> Column:
    """Sum over activities, each counted once however many gases it has; 0 where there is none to add."""
    condition = F.col("counts_activity") if also is None else F.col("counts_activity") & also
    return F.coalesce(F.sum(F.when(condition, value)), F.lit(0))


def percent(part: str, whole: str) -> Column:
    """Part of whole in per cent, half-up at 4 digits; empty where the whole is zero."""
    share = F.try_divide(F.col(part).cast("decimal(22,6)") * F.lit(100), F.col(whole).cast("decimal(22,6)"))
    return F.round(share, 4).try_cast("decimal(9,4)").alias("share")
