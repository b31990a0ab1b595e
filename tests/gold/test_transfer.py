"""Goods that one plant sends and another receives: what agrees, what is open, and for how long."""

from pathlib import Path

from pyspark.sql import SparkSession

from emberlake.gold.transfer import transfer
from support.tables import asked, frame, judged, read, shown, table


def test_cases(spark: SparkSession) -> None:
    case = read(Path(__file__).parent / "cases" / "transfer.yaml")
    rows = judged(transfer(frame(spark, "silver.transfer_leg", table(case["given"]))), "gold.transfer").collect()
    expected = table(case["then"])
    assert shown(rows, list(expected[0])) == asked(expected)
