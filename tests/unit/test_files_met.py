"""Files that hold rows of groups are found with their exact counts, whatever the types and wherever values are empty."""

from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from emberlake.runtime.files_met import files_met

VALUES: dict[str, tuple[pa.DataType, list[Any]]] = {
    "text": (pa.string(), ["a", "b", "", None]),
    "day": (pa.date32(), [date(2025, 1, 1), date(2025, 2, 1), None]),
    "amount": (pa.decimal128(18, 6), [Decimal("1.5"), Decimal("-2"), None]),
    "moment": (pa.timestamp("us", "UTC"), [datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), None]),
    "flag": (pa.bool_(), [True, False, None]),
    "number": (pa.int64(), [-1, 2, None]),
}


@pytest.mark.parametrize("seed", range(40))
def test_rows_of_each_file_that_are_of_a_group(seed: int, tmp_path: Path) -> None:
    drawn = Random(seed)
    columns = drawn.sample(list(VALUES), drawn.randint(1, 4))
    groups = draw(drawn, columns, drawn.randint(1, 6))
    expected: Counter[str] = Counter()
    for folder in ("p=1", "p=2"):
        for name in ("x.parquet", "y.parquet"):  # alike in both, as another writer may name them
            (tmp_path / folder).mkdir(exist_ok=True)
            rows = draw(drawn, columns, drawn.randint(0, 8))
            pq.write_table(table(rows, columns), tmp_path / folder / name)
            expected[name] += sum(row in groups for row in rows)
    found = files_met(ds.dataset(tmp_path), table(groups, [f"_group_g_{c}" for c in columns]), {f"g_{c}": c for c in columns})
    assert found == {name: (count, count) for name, count in expected.items() if count}


def test_rows_weigh_what_they_say(tmp_path: Path) -> None:
    rows = pa.table({"text": ["a", "a", "b", "a"], "weight": pa.array([1, -1, 1, 1], pa.int32())})
    pq.write_table(rows, tmp_path / "x.parquet")
    found = files_met(ds.dataset(tmp_path), table([("a",)], ["_group_text"]), {"text": "text"}, "weight")
    assert found == {"x.parquet": (3, 1)}


def test_a_group_that_is_empty_in_every_column_meets_rows_that_are(tmp_path: Path) -> None:
    pq.write_table(table([("a", None), (None, None), (None, date(2025, 1, 1))], ["text", "day"]), tmp_path / "x.parquet")
    groups = table([(None, None)], ["_group_text", "_group_day"])
    assert files_met(ds.dataset(tmp_path), groups, {"text": "text", "day": "day"}) == {"x.parquet": (1, 1)}


def test_a_file_from_before_a_column_came_holds_it_empty(tmp_path: Path) -> None:
    now = table([("a", date(2025, 1, 1)), ("a", None)], ["text", "day"])
    pq.write_table(now, tmp_path / "new.parquet")
    pq.write_table(now.select(["text"]), tmp_path / "old.parquet")
    rows = ds.dataset(tmp_path, schema=now.schema)
    assert files_met(rows, table([("a", None)], ["_group_text", "_group_day"]), {"text": "text", "day": "day"}) == {
        "new.parquet": (1, 1),
        "old.parquet": (2, 2),
    }
    assert files_met(rows, table([("a", date(2025, 1, 1))], ["_group_text", "_group_day"]), {"text": "text", "day": "day"}) == {"new.parquet": (1, 1)}


def draw(drawn: Random, columns: list[str], count: int) -> list[tuple[Any, ...]]:
    return [tuple(drawn.choice(VALUES[c][1]) for c in columns) for _ in range(count)]


def table(rows: list[tuple[Any, ...]], names: list[str]) -> pa.Table:
    types = [VALUES[name.removeprefix("_group_").removeprefix("g_")][0] for name in names]
    return pa.table({name: pa.array([row[n] for row in rows], kind) for n, (name, kind) in enumerate(zip(names, types, strict=True))})
