"""Exact amounts in Spark, against decimal arithmetic in Python: every generated row to the last digit."""

from decimal import ROUND_HALF_UP, Context, Decimal

from hypothesis import strategies as st
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from emberlake.carbon.amounts import EMISSION, FACTOR, QUANTITY, emission, product
from emberlake.carbon.money import in_dollar, in_euro
from support.draws import drawn

EXACT = Context(prec=80, rounding=ROUND_HALF_UP)
EDGES = [
    ("999999999999.999999", "9999999.999999999999"), ("-999999999999.999999", "9999999.999999999999"), ("0.000001", "0.000000500000"),
    ("-0.000001", "0.0000005"), ("0.000001", "0.000000499999"), ("999999999999.999999", "0.000000000001"), ("0.000001", "0.5"),
    ("0.000001", "0.499999999999"), ("-0.000001", "0.5"), ("0", "9999999.999999999999"), ("999999999999.999999", "1"), ("999999999999.999999", "10000"),
]  # fmt: skip


def decimals(digits: int, places: int) -> st.SearchStrategy[Decimal]:
    largest = Decimal(10**digits - 1).scaleb(-places, EXACT)
    return st.decimals(-largest, largest, places=places)


def rounded(value: Decimal, kind: str) -> Decimal | None:
    """Half-up to the scale of `decimal(p,s)`; None where it has more than p digits."""
    digits, places = (int(n) for n in kind[8:-1].split(","))
    result = EXACT.quantize(value, Decimal(1).scaleb(-places))
    return result if abs(result) < Decimal(10) ** (digits - places) else None


def test_products_equal_decimal_arithmetic(spark: SparkSession) -> None:
    factor = decimals(19, 12).map(abs)
    small = st.tuples(decimals(9, 6), st.decimals(0, 10, places=12))
    pairs = [(Decimal(a), Decimal(b)) for a, b in EDGES] + drawn(st.tuples(decimals(18, 6), factor) | small, 400)
    frame = spark.createDataFrame(pairs, f"quantity {QUANTITY}, factor {FACTOR}")
    rows = frame.select("*", emission(F.col("quantity"), F.col("factor")).alias("kgco2e"), product(F.col("quantity"), F.col("factor")).alias("base"))
    wrong, kept = [], 0
    for quantity, ratio, kgco2e, base in rows.collect():
        whole = EXACT.multiply(quantity, ratio)
        kept += kgco2e is not None
        if (kgco2e, base) != (rounded(whole, EMISSION), rounded(whole, QUANTITY)):
            wrong.append((quantity, ratio, kgco2e, base))
    assert wrong == []
    assert 0 < kept < len(pairs), "both what fits and what does not must have been tried"


def test_money_equals_decimal_arithmetic(spark: SparkSession) -> None:
    """Euro is the quotient at 13 digits and then at 6; dollar is euro times the rate at 6; neither where a rate is missing."""
    amount = st.decimals(Decimal("-999999999999.99"), Decimal("999999999999.99"), places=2)
    rate = st.none() | st.decimals(Decimal("0.000000001"), Decimal("999999999.999999999"), places=9) | st.decimals(Decimal("0.5"), 20, places=4)
    rows = drawn(st.tuples(amount | decimals(7, 2), st.sampled_from(["EUR", "USD", "PLN"]), rate, rate), 400)
    frame = spark.createDataFrame(rows, "amount decimal(18,2), currency string, own decimal(18,9), dollar decimal(18,9)")
    euro = in_euro(F.col("amount"), F.col("currency"), F.col("own"))
    found = frame.withColumn("eur", euro).withColumn("usd", in_dollar(F.col("amount"), F.col("currency"), F.col("eur"), F.col("dollar"))).collect()
    wrong, told = [], set()
    for amount, currency, own, dollar, eur, usd in found:
        euros = amount if currency == "EUR" else None if own is None else rounded(EXACT.quantize(EXACT.divide(amount, own), Decimal("1e-13")), QUANTITY)
        dollars = amount if currency == "USD" else None if euros is None or dollar is None else rounded(EXACT.multiply(euros, dollar), QUANTITY)
        told.add((currency, eur is None, usd is None))
        if (eur, usd) != (euros, dollars):
            wrong.append((amount, currency, own, dollar, eur, usd))
    assert wrong == []
    assert len(told) >= 7, "currencies with and without rates must have been tried"
