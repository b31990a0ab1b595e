"""Rows of touched groups are found exactly: an empty value is a value, of its own column, and of the type that the table has."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from emberlake.runtime import files_within
from emberlake.runtime.files_within import within
from runtime.logs import MOVEMENT
from runtime.shops import Depot

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


def test_a_day_is_found_however_its_text_says_it(spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Raw days are texts and the group's is a date: of '2025-1-7' and '2025-01-07' both are that day, and neither file is missed."""
    monkeypatch.setattr(files_within, "FEW", 0)
    depot = Depot(tmp_path / "depot")
    depot.change(MOVEMENT, "logicalType: date\n    physicalType: date", "logicalType: string\n    physicalType: string")
    for name, day in (("2", "2025-1-7"), ("3", "2025-01-07"), ("4", "2025-01-08")):
        depot.receive(name, f"C,{day},10")
        depot.build("bronze.depot_movement", publish=False)
    groups = spark.createDataFrame([("2025-01-07",)], "day string").select(F.col("day").cast("date").alias("_group_day"))
    version = depot.lakehouse.store.version("bronze.depot_movement")
    found = files_within.files_within(depot.lakehouse, "bronze.depot_movement", version, groups, {"day": "day"})
    assert found is not None
    assert (sorted(found.rows.values()), found.weight) == ([1, 1], 2)
