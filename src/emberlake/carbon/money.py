"""Money in another currency, at the published rate of the day.

The European Central Bank publishes units of a currency for one euro, so an amount is divided to come to euro and
multiplied to leave it. The quotient is taken to 13 digits and then to 6, half-up both times.
"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from emberlake.carbon.amounts import QUANTITY, rounded


def with_spend(frame: DataFrame, exchange_rate: DataFrame) -> DataFrame:
    """Add spend_eur, spend_usd (18,6) and rate_published_date for net_amount, currency_code and posting_date.

    Empty where no rate of that day is known. `exchange_rate` holds one row per pair and day with rates from EUR.
    """
    per_euro = exchange_rate.where("from_currency_code = 'EUR'")
    own = per_euro.select(
        F.col("to_currency_code").alias("currency_code"), F.col("rate_date").alias("posting_date"), F.col("rate").alias("_per_euro"), "published_date"
    )
    dollar = per_euro.where("to_currency_code = 'USD'").select(
        F.col("rate_date").alias("posting_date"), F.col("rate").alias("_usd_per_euro"), F.col("published_date").alias("_usd_published_date")
    )
    joined = frame.join(own, on=["currency_code", "posting_date"], how="left").join(dollar, on="posting_date", how="left")
    return (
        joined.withColumn("spend_eur", in_euro(F.col("net_amount"), F.col("currency_code"), F.col("_per_euro")))
        .withColumn("spend_usd", in_dollar(F.col("net_amount"), F.col("currency_code"), F.col("spend_eur"), F.col("_usd_per_euro")))
        .withColumn("rate_published_date", F.when(F.col("currency_code") == "EUR", F.col("_usd_published_date")).otherwise(F.col("published_date")))
        .drop("_per_euro", "_usd_per_euro", "_usd_published_date", "published_date")
    )


def in_euro(amount: Column, currency: Column, per_euro: Column) -> Column:
    return F.when(currency == "EUR", amount.try_cast(QUANTITY)).otherwise(rounded(F.try_divide(amount, per_euro), 6, QUANTITY))


def in_dollar(amount: Column, currency: Column, euro: Column, usd_per_euro: Column) -> Column:
    return F.when(currency == "USD", amount.try_cast(QUANTITY)).otherwise(rounded(F.try_multiply(euro, usd_per_euro), 6, QUANTITY))
