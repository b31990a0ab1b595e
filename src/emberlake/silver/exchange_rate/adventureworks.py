"""Exchange rates: those that AdventureWorks keeps in its own books, from US dollar."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

MONTH = r"\d{4}-\d{2}"


def exchange_rate(adventureworks_currency_rate: DataFrame, iso4217_currency: DataFrame) -> DataFrame:
    """One row per pair of currencies and calendar day of a rate source.

    ``rate`` is the average of the day; there is one for every day, so that none is carried. A currency that ISO 4217
    does not know, or lists as withdrawn before the month of the rate, is reported by EMB-XR-301.
    """
    joined = adventureworks_currency_rate.join(F.broadcast(withdrawals(iso4217_currency)), on="to_currency_code", how="left")
    in_force = F.col("_is_current") | (F.date_format("currency_rate_date", "yyyy-MM") < F.col("withdrawn_month"))
    return joined.select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("adventureworks").alias("source_system"),
        F.concat_ws(":", F.lit("adventureworks"), "from_currency_code", "to_currency_code", "currency_rate_date").alias("rate_id"),
        "from_currency_code",
        "to_currency_code",
        F.col("currency_rate_date").alias("rate_date"),
        F.col("currency_rate_date").alias("published_date"),
        F.lit(True).alias("is_published"),
        F.col("average_rate").cast("decimal(18,9)").alias("rate"),
        F.greatest("_landed_at", "_list_landed_at").alias("known_at"),
        "_source_row_id",
        F.coalesce(in_force, F.lit(False)).alias("is_in_force"),
        "withdrawn_month",
    )


def withdrawals(iso4217_currency: DataFrame) -> DataFrame:
    """Each code once: whether any country still uses it, and the last month of a withdrawal that is dated to a month."""
    month = F.when(F.col("withdrawal_date").rlike(f"^{MONTH}$"), F.col("withdrawal_date"))
    return iso4217_currency.where("alphabetic_code is not null").groupBy(F.col("alphabetic_code").alias("to_currency_code")).agg(
        F.bool_or(F.col("withdrawal_date").isNull()).alias("_is_current"),
        F.max(month).alias("withdrawn_month"),
        F.max("_landed_at").alias("_list_landed_at"),
    )  # fmt: skip
