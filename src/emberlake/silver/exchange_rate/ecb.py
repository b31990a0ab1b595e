"""Exchange rates: the dollar in the whole history of the European Central Bank's reference rates."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from emberlake.carbon.carried_rates import last_day_carried


def exchange_rate(ecb_eurofxref: DataFrame) -> DataFrame:
    """One row per pair of currencies and calendar day of a rate source.

    Of the 41 currencies of a day only the dollar is taken, the one that purchases of these years are invoiced in; the
    others stay in bronze until a source needs them. Days without a rate carry the last one, as those of the reference
    rates do. A day whose dollar is missing gives a row without rate, which the contract refuses. Source: ECB euro
    foreign exchange reference rates.
    """
    published = ecb_eurofxref.select(
        "_organisation_id", "_landed_at", "_source_row_id", F.col("date").alias("published_date"),
        F.lit("EUR").alias("from_currency_code"), F.lit("USD").alias("to_currency_code"), F.col("usd").cast("decimal(18,9)").alias("rate"),
    )  # fmt: skip
    daily = published.withColumn("last_day", last_day_carried()).withColumn("rate_date", F.explode(F.sequence("published_date", "last_day")))
    return daily.select(
        F.col("_organisation_id").alias("organisation_id"),
        F.lit("ecb").alias("source_system"),
        F.concat_ws(":", F.lit("ecb"), "from_currency_code", "to_currency_code", "rate_date").alias("rate_id"),
        "from_currency_code",
        "to_currency_code",
        "rate_date",
        "published_date",
        (F.col("rate_date") == F.col("published_date")).alias("is_published"),
        "rate",
        F.col("_landed_at").alias("known_at"),
        "_source_row_id",
    )
