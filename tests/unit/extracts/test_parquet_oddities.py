"""Parquet files as few write them: types beyond the plain ones, times beyond the calendar, damage behind a whole footer."""

import datetime
import uuid
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from extract_files import read, reading, refusal, written

from emberlake.runtime.extracts.dialect import Dialect
from emberlake.runtime.extracts.reading import inspect
from emberlake.runtime.extracts.refusal import UnreadableExtract

ONE = Dialect(("a",), "parquet")
KEY = uuid.UUID("00112233-4455-6677-8899-aabbccddeeff")


def file_of(path: Path, column: Any, **options: Any) -> Path:
    """A Parquet file with one column."""
    pq.write_table(pa.table({"a": column}), path, **options)
    return path


def stored(kind: pa.DataType, value: int, width: int) -> pa.Array:
    """One value of a type as the number that stands for it, whether it can be one or not."""
    return pa.Array.from_buffers(kind, 1, [None, pa.py_buffer(value.to_bytes(width, "little", signed=True))])


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (pa.array([KEY.bytes, None], pa.uuid()), str(KEY)),
        (pa.ExtensionArray.from_storage(pa.json_(), pa.array(['{"x":1}', None])), '{"x":1}'),
        (pa.array([b"\xe6", None], pa.binary_view()), "e6"),
        (pa.array(["x", None], pa.string_view()), "x"),
        (pa.array([b"\xe6", None], pa.large_binary()), "e6"),
        (pa.array([datetime.date.max, None]), "9999-12-31"),
        (pa.array([datetime.date.min, None]), "0001-01-01"),
        (pa.array([datetime.datetime.max, None], pa.timestamp("us")), "9999-12-31T23:59:59.999999"),
    ],
)
def test_values_of_rarer_types_are_text(tmp_path: Path, column: pa.Array, text: str) -> None:
    path = file_of(tmp_path / "x.parquet", column)
    assert [(row["a"], row["_problem"]) for row in read(path, ONE)] == [(text, None), (None, None)]
    assert inspect(path, ONE).record_count == 2


@pytest.mark.parametrize(
    ("kind", "value", "width"),
    [
        (pa.date32(), 2_932_897, 4),
        (pa.date32(), -719_163, 4),
        (pa.date32(), 2**31 - 1, 4),
        (pa.timestamp("s"), 10**15, 8),
        (pa.timestamp("ms"), 253_402_300_800_000, 8),
        (pa.timestamp("us", "UTC"), 2**60, 8),
        (pa.timestamp("us", "Europe/Berlin"), -(2**60), 8),
    ],
)
def test_a_time_beyond_the_calendar_is_a_problem(tmp_path: Path, kind: pa.DataType, value: int, width: int) -> None:
    path = file_of(tmp_path / "x.parquet", stored(kind, value, width))
    written_value = value * 1_000 if kind == pa.timestamp("s") else value  # Parquet has no unit of seconds
    row = read(path, ONE)[0]
    assert row["_problem"] == f"has {written_value} in column 'a', stored for a time beyond the years 1 to 9999"
    assert (row["a"], row["_raw"]) == (None, f'{{"a": "{written_value}"}}')
    assert inspect(path, ONE).record_count == 1


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (pa.array([0], pa.timestamp("us", "Mars/Olympus")), r"unknown zone .*tz=Mars/Olympus.* in column 'a'; export them in UTC"),
        (pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")]), "is damaged behind record 0 .*UTF8"),
        (stored(pa.time32("s"), 86_400, 4), "is damaged behind record 0 .*not within the acceptable range"),
    ],
)
def test_values_that_are_none_refuse_the_file_when_it_lands(tmp_path: Path, column: pa.Array, message: str) -> None:
    path = file_of(tmp_path / "x.parquet", column)
    with pytest.raises(UnreadableExtract, match=message):
        inspect(path, ONE)
    with pytest.raises(UnreadableExtract, match=message):
        read(path, ONE)


@pytest.mark.parametrize("notes", [b"no JSON", b"\xff", b"[]"])
def test_notes_of_pandas_that_cannot_be_read_do_no_harm(tmp_path: Path, notes: bytes) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"a": [1.5, float("nan")]}).replace_schema_metadata({b"pandas": notes}), path)
    assert inspect(path, ONE).record_count == 2
    assert [(row["a"], row["_problem"]) for row in read(path, ONE)] == [("1.5", None), (None, None)]


def test_damage_behind_a_whole_footer_is_found_when_the_file_lands(tmp_path: Path) -> None:
    path = file_of(tmp_path / "x.parquet", pa.array(range(30)), row_group_size=10, use_dictionary=False, compression="none", write_page_checksum=True)
    whole = path.read_bytes()
    at = whole.index((25).to_bytes(8, "little"))
    written(path, whole[:at] + b"\x63" + whole[at + 1 :])
    with reading(batch=10):
        assert "is damaged behind record 20" in refusal(path, ONE)
        with pytest.raises(UnreadableExtract, match="is damaged behind record 20"):
            read(path, ONE)


def test_a_file_without_all_the_records_that_it_announces_is_refused(tmp_path: Path) -> None:
    path = file_of(tmp_path / "x.parquet", pa.array(range(50)))
    whole = path.read_bytes()
    footer = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
    at = whole.index(b"\x16\x64", footer)  # the first integer of eight bytes in a footer is the number of records; 0x64 is 50, 0x66 is 51
    written(path, whole[:at] + b"\x16\x66" + whole[at + 2 :])
    message = "is damaged: it announces 51 records and holds 50"
    assert message in refusal(path, ONE)
    with pytest.raises(UnreadableExtract, match=message):
        read(path, ONE)


def test_a_column_whose_name_is_no_text_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"ZZ": [1]}), tmp_path / "x.parquet", store_schema=False)
    path = written(tmp_path / "x.parquet", (tmp_path / "x.parquet").read_bytes().replace(b"ZZ", b"\xff\xff"))
    assert "is no complete Parquet file" in refusal(path, ONE)
