"""Parquet: values as exact text, numbers that are none, files that are refused."""

import datetime
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from extract_files import read, refusal, written

from emberlake.runtime.extracts.dialect import Dialect
from emberlake.runtime.extracts.reading import inspect
from emberlake.runtime.extracts.refusal import UnreadableExtract


def test_parquet_values_become_exact_text_by_name(tmp_path: Path) -> None:
    moment = datetime.datetime(2025, 3, 30, 1, 2, 3, 40_000)
    columns: dict[str, tuple[Any, str | None]] = {
        "decimal": (pa.array([Decimal("0.0000001")], pa.decimal128(20, 7)), "0.0000001"),
        "zero": (pa.array([Decimal("0E-10")], pa.decimal128(20, 10)), "0.0000000000"),
        "whole": (pa.array([12.0]), "12"),
        "big": (pa.array([1e22]), "10000000000000000000000"),
        "small": (pa.array([1.5e-9]), "0.0000000015"),
        "minus": (pa.array([-0.0]), "0"),
        "real": (pa.array([0.1], pa.float32()), "0.1"),
        "integer": (pa.array([2**63 - 1]), "9223372036854775807"),
        "flag": (pa.array([True]), "true"),
        "day": (pa.array([datetime.date(2025, 1, 1)]), "2025-01-01"),
        "moment": (pa.array([moment], pa.timestamp("ns")), "2025-03-30T01:02:03.04"),
        "midnight": (pa.array([datetime.datetime(2025, 1, 1)], pa.timestamp("ms")), "2025-01-01T00:00:00"),
        "zoned": (pa.array([moment], pa.timestamp("us", tz="Europe/Berlin")), "2025-03-30T03:02:03.04+02:00"),
        "universal": (pa.array([moment], pa.timestamp("s", tz="UTC")), "2025-03-30T01:02:03Z"),
        "time": (pa.array([datetime.time(6, 30)]), "06:30:00"),
        "code": (pa.array(["KG"]).dictionary_encode(), "KG"),
        "bytes": (pa.array([b"\xe6\x10"]), "e610"),
        "nothing": (pa.array([None], pa.null()), None),
        "blank": (pa.array([""]), None),
    }
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({name: array for name, (array, _) in reversed(columns.items())}), path)
    dialect = Dialect(tuple(columns), "parquet")
    rows = read(path, dialect)
    assert rows[0] == {"_record": 1, "_line": 1, "_problem": None, "_raw": None} | {name: text for name, (_, text) in columns.items()}
    found = inspect(path, dialect)
    assert (found.record_count, found.bytes, found.is_multiline) == (1, path.stat().st_size, False)


def test_nan_is_missing_only_where_pandas_wrote(tmp_path: Path) -> None:
    table = pa.table({"a": [1.0, float("nan"), float("inf")]})
    path, dialect = tmp_path / "x.parquet", Dialect(("a",), "parquet")
    pq.write_table(table, path)
    assert [row["_problem"] for row in read(path, dialect)] == [
        None,
        "has nan in column 'a', which is no number",
        "has inf in column 'a', which is no number",
    ]
    described = pa.Table.from_pandas(table.to_pandas()).schema.metadata
    pq.write_table(table.replace_schema_metadata(described), path)
    rows = read(path, dialect)
    assert [(row["a"], row["_problem"] is None) for row in rows] == [("1", True), (None, True), (None, False)]
    assert rows[2]["_raw"] == '{"a": "inf"}'


def test_bad_parquet_files_are_refused(tmp_path: Path) -> None:
    path, dialect = tmp_path / "x.parquet", Dialect(("a", "b"), "parquet")
    pq.write_table(pa.table({"a": list(range(10_000)), "b": ["x"] * 10_000}), path)
    whole = path.read_bytes()
    assert inspect(path, dialect).record_count == 10_000
    assert "lacks the columns 'c'" in refusal(path, Dialect(("a", "b", "c"), "parquet"))
    assert "has besides the columns 'b'" in refusal(path, Dialect(("a",), "parquet"))
    for cut in (0, 3, 4, len(whole) // 2, len(whole) - 1):
        written(path, whole[:cut])
        assert re.search("is empty|no complete Parquet file", refusal(path, dialect))
    written(path, whole[:10] + b"\xff" * 400 + whole[410:])
    assert "is damaged behind record 0" in refusal(path, dialect)
    with pytest.raises(UnreadableExtract, match="is damaged behind record 0"):
        read(path, dialect)
    pq.write_table(pa.table({"a": [[1]], "b": ["x"]}), path)
    assert "nested values" in refusal(path, dialect)
