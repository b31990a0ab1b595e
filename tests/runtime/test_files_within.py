"""Rows of touched groups are found exactly: an empty value is a value, of its own column, and of the type that the table has."""

import pytest
from pyspark.sql import SparkSession

from emberlake.runtime.files_within import within

VALUES = {"method": "how", "activity_code": "coalesce(what, '')", "day": "`day`"}
ROWS = [("a", "x", "2025-01-01"), (None, "x", "2025-01-01"), ("x", None, "2025-01-01"), ("x", "", None), (None, None, None), ("a", "x", "no day")]


@pytest.mark.parametrize(
    ("groups", "met"),
    [
        ([("a", "x", "2025-01-01")], [0]),
        ([(None, "x", "2025-01-01")], [1]),
        ([("x", "", "2025-01-01"), ("x", "", None)], [2, 3]),
        ([(None, "", None)], [4]),
        ([("a", "x", None)], [5]),
        ([("x", "a", "2025-01-01")], []),
    ],
)
def test_rows_of_groups(spark: SparkSession, groups: list[tuple[str | None, ...]], met: list[int]) -> None:
    frame = spark.createDataFrame([(number, *row) for number, row in enumerate(ROWS)], "number int, how string, what string, day string")
    known = spark.createDataFrame(groups, "_group_method string, _group_activity_code string, day string").selectExpr(
        "* except (day)", "cast(day as date) _group_day"
    )
    found = within(frame, known, VALUES)
    assert found.columns == frame.columns
    assert sorted(row["number"] for row in found.collect()) == met


def test_a_hash_that_two_groups_share_tells_them_apart_by_their_values(spark: SparkSession) -> None:
    """Spark's hash passes over empty values, so that these two groups have the same one."""
    frame = spark.createDataFrame([("x", None), (None, "x")], "a string, b string")
    known = spark.createDataFrame([(None, "x")], "_group_a string, _group_b string")
    assert [tuple(row) for row in within(frame, known, {"a": "a", "b": "b"}).collect()] == [(None, "x")]
