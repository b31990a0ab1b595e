"""Which factor prices an activity: exactly one, or a reason. Never an average, never a guess.

A factor fits when its activity code, unit, place and validity fit. A factor of another place, of another year or of
another price year may be used only where a policy says so, and then bears the policy's id; one that fits without a
policy is always preferred. Two that fit equally well are no answer but `ambiguous`.
"""

from collections.abc import Sequence
from functools import reduce

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

QUESTION = ("organisation_id", "factor_choice_id")
# Of several reasons the one that comes first is told: it names what is nearest to fitting.
REASONS = ("other_price_year", "other_place", "expired", "not_yet_valid", "unit_mismatch")
NO_FACTOR = "no_factor"  # there is no candidate
NOT_IN_THE_RUNNING = "fits_less_well"


def choose(questions: DataFrame, factors: DataFrame, policies: DataFrame) -> DataFrame:
    """Each question with factor_id, factor_policy_id, reason, rejected_candidates and known_at.

    questions: factor_choice_id, organisation_id, method, activity_code, activity_unit_code, geography_code, activity_date,
    known_at. factors: one row per factor. Returns one row per question, whether it has an answer or not.
    """
    asked = [name for name in questions.columns if name not in QUESTION]
    answered = decided(judged(with_policy(paired(questions, factors), policies)), asked)
    return answered.withColumn("known_at", F.greatest("known_at", "_decided_known_at")).drop("_decided_known_at")


def paired(questions: DataFrame, factors: DataFrame) -> DataFrame:
    """Every question with every factor for its activity code, and what does not fit; once without a factor, where there is none."""
    named = factors.select(
        "factor_id", "activity_code", "price_year", "valid_from_date", "valid_to_date", F.col("per_unit_code").alias("_unit"),
        F.col("geography_code").alias("_place"), F.col("known_at").alias("_factor_known_at"),
    )  # fmt: skip
    day = F.col("activity_date")
    return questions.join(F.broadcast(named), on="activity_code", how="left").withColumns(
        {
            "_wrong_unit": F.col("_unit") != F.col("activity_unit_code"),
            "_not_yet": day < F.col("valid_from_date"),
            "_expired": F.coalesce(day > F.col("valid_to_date"), F.lit(False)),
            "_other_place": F.col("_place") != F.col("geography_code"),
            "_other_price_year": F.coalesce(F.col("price_year") != F.year(day), F.lit(False)),
        }
    )


def with_policy(candidates: DataFrame, policies: DataFrame) -> DataFrame:
    """Add the policy that allows what does not fit: the first by id among those that allow all of it."""
    allowed = policies.select(
        "organisation_id", "method", "factor_policy_id", F.col("factor_geography_code").alias("_place"),
        F.col("activity_geography_code").alias("_for_place"), "allows_other_place", "allows_other_year", "allows_other_price_year",
        F.col("valid_from_date").alias("_policy_from"), F.col("valid_to_date").alias("_policy_to"), F.col("known_at").alias("_policy_known_at"),
    )  # fmt: skip
    fits = (
        ((F.col("_for_place") == "*") | (F.col("_for_place") == F.col("geography_code")))
        & (F.col("activity_date") >= F.col("_policy_from"))
        & F.coalesce(F.col("activity_date") <= F.col("_policy_to"), F.lit(True))
        & (~F.col("_other_place") | F.col("allows_other_place"))
        & (~F.col("_expired") | F.col("allows_other_year"))
        & (~F.col("_other_price_year") | F.col("allows_other_price_year"))
    )
    needs = F.col("_other_place") | F.col("_expired") | F.col("_other_price_year")
    joined = candidates.withColumn("_needs_policy", needs).join(F.broadcast(allowed), on=["organisation_id", "method", "_place"], how="left")
    named = joined.withColumn("_policy", F.when(F.col("_needs_policy") & fits, F.struct("factor_policy_id", "_policy_known_at")))
    kept = [c for c in candidates.columns if c not in ("organisation_id", "factor_choice_id", "factor_id")]
    return named.groupBy("organisation_id", "factor_choice_id", "factor_id").agg(
        *[F.first(c).alias(c) for c in [*kept, "_needs_policy"]], F.min("_policy").alias("_policy")
    )


def judged(candidates: DataFrame) -> DataFrame:
    """Add `_refusal`, the reason why a candidate may not be used; empty where it may."""
    without = F.col("_needs_policy") & F.col("_policy").isNull()
    refusal = (
        F.when(F.col("factor_id").isNull(), NO_FACTOR)
        .when(F.col("_wrong_unit"), "unit_mismatch")
        .when(F.col("_not_yet"), "not_yet_valid")
        .when(without & F.col("_expired"), "expired")
        .when(without & F.col("_other_place"), "other_place")
        .when(without, "other_price_year")
    )
    return candidates.withColumn("_refusal", refusal)


def decided(candidates: DataFrame, asked: Sequence[str]) -> DataFrame:
    """One row per question, with what it `asked`: the questions are not read a second time for it."""
    usable = F.col("_refusal").isNull()
    # Without a policy before with one; among those that need one for their year, the latest to have expired.
    rank = F.struct(
        (~F.col("_needs_policy")).alias("fits"), (~F.col("_expired")).alias("in_time"), F.when(F.col("_expired"), F.col("valid_to_date")).alias("ended")
    )
    best = F.max(F.when(usable, rank)).over(Window.partitionBy(*QUESTION))
    ranked = candidates.withColumn("_is_best", usable & rank.eqNullSafe(best))
    many = ranked.withColumn("_best_count", F.sum(F.col("_is_best").cast("int")).over(Window.partitionBy(*QUESTION)))
    told = (
        F.when(F.col("_refusal").isNotNull(), F.col("_refusal"))
        .when(F.col("_is_best") & (F.col("_best_count") > 1), "ambiguous")
        .when(~F.col("_is_best"), NOT_IN_THE_RUNNING)
    )
    answered = many.withColumn("_told", told)
    chosen = F.col("_told").isNull()
    refused = ~chosen & F.col("factor_id").isNotNull()
    return answered.groupBy(*QUESTION).agg(
        *[F.first(name).alias(name) for name in asked],
        F.max(F.when(chosen, F.col("factor_id"))).alias("factor_id"),
        F.max(F.when(chosen, F.col("_policy.factor_policy_id"))).alias("factor_policy_id"),
        F.array_sort(F.collect_list(F.when(refused, F.struct("factor_id", F.col("_told").alias("reason"))))).alias("rejected_candidates"),
        reason().alias("reason"),
        F.max(F.when(chosen, F.greatest("_factor_known_at", "_policy._policy_known_at"))).alias("_decided_known_at"),
    )


def reason() -> Column:
    """Why there is no factor: ambiguous, or what the candidate lacks that is nearest to fitting."""
    names = ("ambiguous", *REASONS, NO_FACTOR)
    place = reduce(lambda found, at: found.when(F.col("_told") == names[at], at), range(1, len(names)), F.when(F.col("_told") == names[0], 0))
    nearest = F.element_at(F.array(*[F.lit(name) for name in names]), F.min(place) + 1)
    return F.when(F.max(F.col("_told").isNull().cast("int")) == 1, F.lit(None).cast("string")).otherwise(nearest)
