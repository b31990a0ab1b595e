"""Exchange rates: the European Central Bank's reference rates that ship with the product."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from emberlake.carbon.carried_rates import last_day_carried


def exchange_rate(reference_exchange_rate: DataFrame) -> DataFrame:
    """One row per pair of currencies and calendar day of a rate source.

    ``rate`` is units of ``to_currency_code`` for one of ``from_currency_code``. A published rate stands for its own
    day and is carried, marked by ``is_published`` = false, over the days up to the next published one, at most seven.
    A day published twice keeps both rows, and only the later arrival is carried; the merge decides between them.
    Source: ECB euro foreign exchange reference rates.
    """
    return (
        reference_exchange_rate.withColumn("published_date", F.col("rate_date"))
        .withColumn("last_day", last_day_carried())
        .withColumn("rate_date", F.explode(F.sequence("published_date", "last_day")))
        .select(
            F.col("_organisation_id").alias("organisation_id"),
            F.lit("reference").alias("source_system"),
            F.concat_ws(":", F.lit("reference"), "from_currency_code", "to_currency_code", "rate_date").alias("rate_id"),
            "from_currency_code",
            "to_currency_code",
            "rate_date",
            "published_date",
            (F.col("rate_date") == F.col("published_date")).alias("is_published"),
            "rate",
            F.col("_landed_at").alias("known_at"),
            "_source_row_id",
        )
    )
