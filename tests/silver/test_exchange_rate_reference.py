"""Which day has which rate."""

import csv
from datetime import date, timedelta

from bronze import ROOT, cases, columns, landed
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from emberlake.silver.exchange_rate.reference import exchange_rate

BRONZE = "bronze/reference/exchange_rate"


def test_cases(spark: SparkSession) -> None:
    for case in cases("exchange_rate"):
        rows = [{"rate_date": day, "from_currency_code": "EUR", "to_currency_code": code, "rate": rate, "hour": hour} for day, code, rate, hour in case["in"]]
        result = exchange_rate(landed(spark, BRONZE, rows)).where(F.col("rate_date") <= F.lit(case["to"])).collect()
        actual = sorted((row["rate_date"], row["published_date"], row["rate"].normalize()) for row in result)
        expected = [(day, published, rate) for day, published, rate in case["out"]]
        assert [(day, published, f"{rate:f}") for day, published, rate in actual] == [
            (day, published, rate.rstrip("0").rstrip(".")) for day, published, rate in expected
        ], case["case"]
        assert all(row["is_published"] == (row["rate_date"] == row["published_date"]) for row in result), case["case"]


def test_shipped_rates_cover_every_day_of_2025_once_and_account_for_every_row(spark: SparkSession) -> None:
    with (ROOT / "src/emberlake/reference/exchange_rate/ecb-2025.csv").open(encoding="utf-8", newline="") as file:
        published = [row for row in csv.DictReader(file) if row["to_currency_code"] in {"USD", "GBP"}]
    result = exchange_rate(landed(spark, BRONZE, published))
    assert set(result.columns) == set(columns("silver/exchange_rate/contract"))
    rows = result.collect()
    assert sorted(row["_source_row_id"] for row in rows if row["is_published"]) == [f"row:{line:06d}" for line in range(1, len(published) + 1)]
    year = {date(2025, 1, 1) + timedelta(days=day) for day in range(365)}
    for code in ("USD", "GBP"):
        days = [row["rate_date"] for row in rows if row["to_currency_code"] == code]
        assert len(days) == len(set(days))
        assert year <= set(days)
    new_year = next(row for row in rows if row["rate_id"] == "reference:EUR:USD:2025-01-01")
    assert (new_year["published_date"], f"{new_year['rate'].normalize():f}") == (date(2024, 12, 31), "1.0389")
