"""Each distinct question is put to the factors once, however many activities ask it."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from emberlake.carbon.factors import choose

ASKED = ("organisation_id", "method", "activity_code", "activity_unit_code", "geography_code", "activity_date")


def factor_choice(activity: DataFrame, emission_factor: DataFrame, factor_policy: DataFrame) -> DataFrame:
    """One row per distinct question put to the factors: activity code, unit, place, day and method of an organisation."""
    unanswerable = F.col("reason").isNotNull()
    asked = activity.select(
        "organisation_id", *[F.when(~unanswerable, F.col(c)).alias(c) for c in ("method", "activity_code", "activity_unit_code")],
        "geography_code", "activity_date", "known_at",
    )  # fmt: skip
    questions = asked.groupBy(*ASKED).agg(F.count(F.lit(1)).alias("activity_count"), F.max("known_at").alias("known_at"))
    identified = questions.withColumn("factor_choice_id", F.concat_ws("|", *[F.coalesce(F.col(c).cast("string"), F.lit("-")) for c in ASKED]))
    return choose(identified, emission_factor.where("is_lead_gas"), factor_policy)
