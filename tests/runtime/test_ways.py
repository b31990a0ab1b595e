"""Which rows a changed row of another table meets: equal values, and days between two ends."""

import pytest
from pyspark.sql import SparkSession

from emberlake.contracts.model import Way
from emberlake.runtime.since import met

ROWS = [("a", "2025-01-09"), ("a", "2025-01-10"), ("a", "2025-01-12"), ("a", "2025-01-13"), ("b", "2025-01-11"), ("a", None), (None, "2025-01-11")]
WAY = Way({"upper(code)": "upper(what)"}, None, {"cast(day as date)": ("start", "end")})


@pytest.mark.parametrize(
    ("changed", "numbers"),
    [
        ([("a", "2025-01-10", "2025-01-12")], [1, 2]),
        ([("A", None, "2025-01-10")], [0, 1]),
        ([("a", "2025-01-12", None)], [2, 3]),
        ([("a", None, None)], [0, 1, 2, 3]),
        ([("a", "2025-01-13", "2025-01-10")], []),
        ([(None, None, None)], []),
        ([("b", "2025-01-11", "2025-01-11"), ("a", "2025-01-01", "2025-01-09"), ("a", "2025-01-01", "2025-01-09")], [0, 4]),
    ],
)
def test_rows_met(spark: SparkSession, changed: list[tuple[str | None, ...]], numbers: list[int]) -> None:
    rows = spark.createDataFrame([(number, *row) for number, row in enumerate(ROWS)], "number int, what string, day string")
    moved = spark.createDataFrame(changed, "code string, start string, end string").selectExpr("code", "cast(start as date) start", "cast(end as date) end")
    found = met(rows, moved, WAY)
    assert found.columns == rows.columns
    assert sorted(row["number"] for row in found.collect()) == numbers
