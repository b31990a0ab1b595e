"""Readers of raw extracts: exact values, true positions, and plain words about damage."""

import codecs
import csv
import datetime
import gzip
import hashlib
import io
import json
import pickle
import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emberlake.errors import EmberlakeError
from emberlake.runtime import dialect as limits
from emberlake.runtime.csv_reader import CsvFile
from emberlake.runtime.readers import Dialect, Inspection, UnreadableExtract, inspect, records

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
EXTRACTS = SHARED / "adventureworks_raw_2025"
REFERENCE = SHARED / "reference"
real_data = pytest.mark.skipif(not EXTRACTS.is_dir(), reason="the real extracts are not on this machine")
LINE_END = re.compile("\r\n|\n|\r")
BLOCKS = st.sampled_from([1, 2, 3, 7, 16, 4 << 20])


@contextmanager
def reading(block: int = 4 << 20, arrow: bool = True) -> Iterator[None]:
    """Read in blocks of so many bytes, with or without the path through Arrow."""
    with patch.object(limits, "BLOCK_BYTES", block):
        if arrow:
            yield
        else:
            with patch.object(CsvFile, "_suits_arrow", False):
                yield


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file that every generated example overwrites."""
    return tmp_path_factory.mktemp("readers") / "extract.csv"


def read(path: Path, dialect: Dialect) -> list[dict[str, Any]]:
    """All records of a file."""
    return [row for batch in records(path, dialect) for row in batch.to_pylist()]


def written(path: Path, content: str | bytes) -> Path:
    """Path of a file with that content."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal(path: Path, dialect: Dialect) -> str:
    """Message with which both readers refuse a file."""
    with pytest.raises(UnreadableExtract) as inspected:
        inspect(path, dialect)
    return str(inspected.value)


def bare(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Values of the records alone."""
    return [tuple(value for name, value in row.items() if not name.startswith("_")) for row in rows]


# Round trips through the writer of the standard library

VALUE = st.text(alphabet="aä\"ß,;|\n\r\t '+", max_size=6)


@st.composite
def tables(draw: st.DrawFn) -> tuple[tuple[str, ...], list[list[str]]]:
    """Names and rows of a small table."""
    names = draw(st.lists(VALUE.map(lambda name: f"n{name}"), min_size=1, max_size=4, unique=True))
    row = st.lists(VALUE, min_size=len(names), max_size=len(names))
    return tuple(names), draw(st.lists(row, max_size=8))


def as_csv(rows: list[list[str]], delimiter: str, line_end: str, quote_all: bool) -> list[str]:
    """Each row as the csv module writes it; it leaves a lone CR unquoted, hence the second condition."""
    quote_all = quote_all or any("\r" in value or "\n" in value for row in rows for value in row)
    texts = []
    for row in rows:
        buffer = io.StringIO(newline="")
        dialect = csv.unix_dialect if quote_all else csv.excel
        csv.writer(buffer, dialect, delimiter=delimiter, lineterminator=line_end).writerow(row)
        texts.append(buffer.getvalue())
    return texts


@settings(max_examples=300, deadline=None)
@given(
    table=tables(),
    delimiter=st.sampled_from([",", ";", "|", "\t"]),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    quote_all=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-be"]),
    header=st.booleans(),
    final=st.booleans(),
    block=BLOCKS,
    extra=st.integers(0, 2),
)
def test_every_path_gives_back_what_was_written(
    scratch: Path,
    table: tuple[tuple[str, ...], list[list[str]]],
    delimiter: str,
    line_end: str,
    quote_all: bool,
    encoding: str,
    header: bool,
    final: bool,
    block: int,
    extra: int,
) -> None:
    names, rows = table
    texts = as_csv([list(names), *rows] if header else rows, delimiter, line_end, quote_all)
    text = "".join(texts)
    text = text + line_end * extra if final else text.removesuffix(line_end)
    dialect = Dialect(tuple(reversed(names)) if header else names, "csv", encoding, header, delimiter)
    written(scratch, text.encode(encoding))
    if not rows and not header:
        assert re.search("is empty|holds nothing but line ends", refusal(scratch, dialect))
        return
    lines, line = [], 1
    for one in texts:
        lines.append(line)
        line += len(LINE_END.findall(one))
    lines = lines[header:]
    expected = [
        {
            "_record": number,
            "_line": at,
            "_problem": None,
            "_raw": None,
            **{name: dict(zip(names, row, strict=True))[name] or None for name in dialect.columns},
        }
        for number, (at, row) in enumerate(zip(lines, rows, strict=True), start=1)
    ]
    for arrow in (True, False):
        with reading(block, arrow):
            assert read(scratch, dialect) == expected
            found = inspect(scratch, dialect)
        assert found.record_count == len(rows)
        assert found.is_multiline == any(LINE_END.search(value) for row in rows for value in row)
        assert found.line_count == len(LINE_END.findall(text)) + (not text.endswith(("\r", "\n")))
        assert found.is_terminated == final


@settings(max_examples=400, deadline=None)
@given(text=st.text(alphabet='a,"\n\r\ufeff', min_size=1, max_size=30), block=BLOCKS, width=st.integers(1, 3))
def test_any_text_is_read_alike_in_any_blocks_and_as_the_csv_module_reads_it(scratch: Path, text: str, block: int, width: int) -> None:
    dialect = Dialect(tuple("xyz"[:width]), header=False)
    written(scratch, text)
    outcomes = []
    for size, arrow in ((4 << 20, True), (4 << 20, False), (block, True), (block, False)):
        with reading(size, arrow):
            try:
                found = read(scratch, dialect)
                assert inspect(scratch, dialect).record_count == len(found)
            except UnreadableExtract as error:
                found = [{"refused": str(error)}]
            outcomes.append(found)
    assert all(outcome == outcomes[0] for outcome in outcomes[1:])
    try:
        lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))
    except csv.Error:
        assert any("refused" in row or row["_problem"] for row in outcomes[0])
        return
    while lines and not lines[-1]:
        lines.pop()
    if "refused" in outcomes[0][0]:
        assert not lines or (len(lines[-1]) < width and not text.endswith(("\r", "\n")))
        return
    fitting = [tuple(value or None for value in row) for row in lines if len(row) == width]
    assert bare([row for row in outcomes[0] if not row["_problem"]]) == fitting
    assert len(outcomes[0]) == len(lines)


@settings(max_examples=400, deadline=None)
@given(
    table=tables(),
    dialect=st.sampled_from(
        [
            Dialect(("x",), delimiter=","),
            Dialect(("x",), delimiter=";", encoding="utf-16"),
            Dialect(("x",), delimiter="+|", quote=None, row_terminator="&|\n"),
        ]
    ),
    header=st.booleans(),
    line_end=st.sampled_from(["\n", "\r\n"]),
    part=st.floats(0, 1),
    block=BLOCKS,
)
def test_a_cut_file_is_refused_or_gives_the_records_before_the_cut(
    scratch: Path,
    table: tuple[tuple[str, ...], list[list[str]]],
    dialect: Dialect,
    header: bool,
    line_end: str,
    part: float,
    block: int,
) -> None:
    names, rows = table
    if dialect.quote is None:
        names = tuple(f"{at}{name}".replace("|", "").rstrip("+") for at, name in enumerate(names))
        rows = [[value.replace("|", "").rstrip("+") for value in row] for row in rows]
        lines = [[*names], *rows] if header else rows
        text = "".join(dialect.delimiter.join(line) + "&|\n" for line in lines)
    else:
        text = "".join(as_csv([list(names), *rows] if header else rows, dialect.delimiter, line_end, False))
    dialect = Dialect(names, "csv", dialect.encoding, header, dialect.delimiter, dialect.quote, dialect.row_terminator)
    content = text.encode(dialect.encoding)
    written(scratch, content[: int(len(content) * part)])
    with reading(block):
        try:
            inspection = inspect(scratch, dialect)
        except UnreadableExtract as error:
            assert len(str(error)) > 40
            return
        found = read(scratch, dialect)
    assert [row["_record"] for row in found] == list(range(1, len(found) + 1))
    for row, original in zip(found, rows, strict=False):
        if row["_problem"]:
            continue
        values = tuple(value or None for value in original)
        if row is found[-1] and not inspection.is_terminated:
            assert bare([row])[0][:-1] == values[:-1]
            assert original[-1].startswith(bare([row])[0][-1] or "")
        else:
            assert bare([row])[0] == values
    if dialect.row_terminator:
        assert inspection.is_terminated, "a row terminator of its own must end the last record too"


# Problems of single records

THREE = Dialect(("a", "b", "c"))


@pytest.mark.parametrize("arrow", [True, False])
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("1,2,3\n4,5\n6,7,8,9\n0,0,0\n", [(2, 3, "has 2 fields where 3 are expected", "4,5"),
                                           (3, 4, "has 4 fields where 3 are expected", "6,7,8,9")]),
        ("1,2,3\n\n4,5,6\n\n\n", [(2, 3, "is an empty line", "")]),
        ("\r\n1,2,3\r\n", [(1, 2, "is an empty line", "")]),
        ("1,2,3\nx\n", [(2, 3, "has 1 field where 3 are expected", "x")]),
        ('1,"2"x,3\n4,5,6\n', [(1, 2, "has text after the closing quote of field 2", '1,"2"x,3')]),
        ('"Bolt" M6,2,3\n4,5,6\n', [(1, 2, "has text after the closing quote of field 1", '"Bolt" M6,2,3')]),
        ('1,"open,3\n4,"5",6\n7,8,9\n',
         [(1, 2, "has text after the closing quote of field 2", '1,"open,3\n4,"5",6')]),
    ],
)  # fmt: skip
def test_a_bad_record_says_what_is_wrong_and_shifts_nothing(tmp_path: Path, body: str, expected: list[tuple[int, int, str, str]], arrow: bool) -> None:
    path = written(tmp_path / "x.csv", "a,b,c\n" + body)
    with reading(arrow=arrow):
        rows = read(path, THREE)
    bad = [row for row in rows if row["_problem"]]
    assert [(row["_record"], row["_line"], row["_problem"], row["_raw"]) for row in bad] == expected
    assert all(values == (None,) * 3 for values in bare(bad))
    assert all(row["_raw"] is None and None not in bare([row])[0] for row in rows if row not in bad)
    assert inspect(path, THREE).record_count == len(rows)


def test_a_quote_inside_an_unquoted_field_is_text(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", 'a,b,c\nM6 x 1/2",2,3\n4,5" pipe "x,6\n')
    assert bare(read(path, THREE)) == [('M6 x 1/2"', "2", "3"), ("4", '5" pipe "x', "6")]


def test_a_long_bad_record_is_shortened_with_a_note(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", "a,b,c\n" + "z" * 12_345 + "\n")
    raw = read(path, THREE)[0]["_raw"]
    assert raw == "z" * 10_000 + " [cut here: the record has 12,345 characters]"


@pytest.mark.parametrize("arrow", [True, False])
def test_texts_without_value_are_null_with_quotes_or_without(tmp_path: Path, arrow: bool) -> None:
    path = written(tmp_path / "x.csv", 'a,b,c\n,"",NULL\n" x ", NULL ,N/A\n')
    with reading(arrow=arrow):
        exact = read(path, Dialect(("a", "b", "c"), null_text=("NULL", "N/A")))
        trimmed = read(path, Dialect(("a", "b", "c"), null_text=("NULL", "N/A"), trim=True))
    assert bare(exact) == [(None, None, None), (" x ", " NULL ", None)]
    assert bare(trimmed) == [(None, None, None), ("x", None, None)]


def test_batches_stay_small_and_numbers_run_on(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", "a,b,c\n" + "1,2,3\n" * 100_000 + "4,5\n" + "1,2,3\n" * 70_000)
    batches = list(records(path, THREE))
    assert max(batch.num_rows for batch in batches) <= 65_536
    table = pa.Table.from_batches(batches)
    assert table["_record"].to_pylist() == list(range(1, 170_002))
    assert table["_line"].to_pylist() == list(range(2, 170_003))
    assert table["_problem"].drop_null().to_pylist() == ["has 2 fields where 3 are expected"]
    assert table["a"].null_count == 1
    assert table["_problem"][100_000].is_valid
    assert table.schema == THREE.schema


# Files that cannot become records

A, B, C = b"a,b,c\n", b"1,2,3\n", b"4,5,6\n"


@pytest.mark.parametrize(
    ("content", "dialect", "message"),
    [
        (b"", THREE, r"x\.csv is empty \(0 bytes\)"),
        (codecs.BOM_UTF8, THREE, "lacks the columns 'a', 'b', 'c'"),
        (b"\n\n\r\n", Dialect(("a", "b"), header=False), "nothing but line ends"),
        (A + B + b"4,5", THREE, r"ends in the middle of record 2 \(line 3\): it has 2 fields of 3"),
        (A + B + b'4,5,"x\ny', THREE, r"ends in the middle of record 2 \(line 3\): a quote opened in it is never"),
        (A + b'1,2"x,3\n4,"5,6\n7,8,9\n', THREE, r"ends in the middle of record 2 \(line 3\): a quote"),
        (b"a,b\n1,2\n", THREE, "lacks the columns 'c'"),
        (b"a,b,c,d\n", THREE, "has besides the columns 'd'"),
        (b"a,b,c,c\n", THREE, "has twice the columns 'c'"),
        (b"Werk,Menge\n", Dialect(("Werk", "menge")), "'Menge' looks like 'menge'"),
        (b"Werk,Mengen_kg\n", Dialect(("Werk", "Menge_kg")), "'Mengen_kg' looks like 'Menge_kg'"),
        (b'a,"b"x,c\n', THREE, "has a header that has text after the closing quote of field 2"),
        (b'a,"b', THREE, "middle of its header"),
        (A + b"1,M\xfcller,3\n", THREE, r"byte offset 9, line 2, bytes FC.*decode as Windows-1252.*cp1252"),
        (A + "1,Müller,3\n".encode(), Dialect(("a", "b", "c"), encoding="ascii"), "decode as UTF-8"),
        (A + "1,Müller,3\n".encode(), Dialect(("a", "b", "c"), encoding="cp1252"), "is valid UTF-8.*garbled"),
        (A + b"1,\x81\xfc,3\n", Dialect(("a", "b", "c"), encoding="cp1252"), "bytes 81.*neither as UTF-8 nor as Win"),
        (A + "1,2,ü".encode()[:-1], THREE, "ends in the middle of a character; byte offset 10, line 2, bytes C3"),
        ((A + B).decode().encode("utf-16")[:-1], Dialect(("a", "b", "c"), encoding="utf-16"), "middle of a character"),
        (codecs.BOM_UTF8 + A, Dialect(("a", "b", "c"), encoding="cp1252"), "byte order mark of utf-8, but .* cp1252"),
        (A.decode().encode("utf-16"), THREE, "byte order mark of utf-16-le, but its contract says utf-8"),
        (A.decode().encode("utf-16-le"), THREE, "NUL character in line 1.*UTF-16"),
        (A + B + b"4,\0,6\n", THREE, "NUL character in line 3"),
        (gzip.compress(A + B), THREE, "is a gzip file; unpack it"),
        (b"PK\x03\x04xl/workbook", THREE, "zip archive or an Excel workbook"),
        (b"PAR1....", THREE, "is a Parquet file"),
        (b"a+|b&|\n1+|2&|\n3+|4", Dialect(("a", "b"), delimiter="+|", quote=None, row_terminator="&|\n"),
         r"middle of record 2 \(line 3\): the row terminator '&\|\\n' is missing"),
        (b"a;b\r\n1;2\r", Dialect(("a", "b"), delimiter=";", row_terminator="\r\n"), r"middle of record 1 \(line 2\)"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_become_records_is_refused_in_plain_words(tmp_path: Path, content: bytes, dialect: Dialect, message: str) -> None:
    path = written(tmp_path / "x.csv", content)
    for block in (2, 4 << 20):
        with reading(block):
            assert re.search(message, refusal(path, dialect))
    if "garbled" not in message:
        with pytest.raises(UnreadableExtract, match=message):
            read(path, dialect)


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"a,b,c\n1,2,3\n4," + b"x" * (10 << 20) + b",6\n", r"record 2 \(line 3\)"),
        (b"a,b,c\n1,2,3\n4," + b"x" * (1 << 20) + b",6\n7,8,9\n", r"record 2 \(line 3\)"),
        (b'a,b,c\n1,2,3\n4,"' + b"x,y,z\n" * 1_000_000, r"record 2 \(line 3\)"),
        (b'a,b,c\n1,2"",3\n4,"' + b"x,y,z\n" * 1_000_000, r"record 2 \(line 3\)"),
        (b"a," * 1_000_000 + b"\n1,2,3\n", "the header"),
    ],
)
def test_a_record_beyond_all_measure_is_refused_at_once(tmp_path: Path, content: bytes, where: str) -> None:
    path = written(tmp_path / "x.csv", content)
    assert re.search(f"more than 1 MiB in {where}", refusal(path, THREE))


def test_very_many_additional_columns_are_named_in_a_short_message(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", ",".join(f"c{at}" for at in range(100_000)) + "\n")
    message = refusal(path, THREE)
    assert "and 99,990 more" in message
    assert len(message) < 1_000


def test_a_header_alone_is_a_file_of_no_records(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", "b,c,a")
    assert read(path, THREE) == []
    found = inspect(path, THREE)
    assert (found.record_count, found.line_count, found.is_terminated) == (0, 1, False)


def test_inspection_counts_and_hashes_the_bytes_of_the_file(tmp_path: Path) -> None:
    content = A + b'1,"2\r\n2",3\n' + B + b"\n"
    path = written(tmp_path / "x.csv", content)
    digest = hashlib.sha256(content).hexdigest()
    for block in (2, 4 << 20):
        with reading(block):
            assert inspect(path, THREE) == Inspection(digest, len(content), 5, 2, is_multiline=True, is_terminated=True)


def test_dialect_and_refusal_travel_between_processes(tmp_path: Path) -> None:
    assert pickle.loads(pickle.dumps(THREE)) == THREE
    error = UnreadableExtract(tmp_path / "x.csv", "is empty.")
    assert str(pickle.loads(pickle.dumps(error))) == str(error) == "x.csv is empty."


@pytest.mark.parametrize(
    ("faulty", "message"),
    [
        ({"columns": ()}, "columns"),
        ({"columns": ("a", "a")}, "columns"),
        ({"columns": ("_line",)}, "columns"),
        ({"delimiter": ""}, "delimiter"),
        ({"delimiter": '"'}, "quote"),
        ({"quote": "''"}, "quote"),
        ({"row_terminator": ","}, "row terminator"),
        ({"encoding": "ebcdic-of-sorts"}, "encoding 'ebcdic-of-sorts'"),
    ],
)
def test_a_dialect_that_no_file_can_have_is_refused(faulty: dict[str, Any], message: str) -> None:
    with pytest.raises(EmberlakeError, match=message):
        Dialect(**{"columns": ("a",), **faulty})


# JSON lines

JSON = Dialect(("a", "b"), "json")


def test_json_values_are_text_as_written(tmp_path: Path) -> None:
    lines = [
        '{"a": 1.10, "b": "x"}',
        '{"b": 123456789012345678901234567890, "a": 1e-7}\r',
        '{"a": {"n": [1.0, "ä", null, true]}, "b": ""}',
        '{"a": false}',
    ]
    path = written(tmp_path / "x.json", "\n".join(lines) + "\n\n")
    rows = read(path, JSON)
    assert bare(rows) == [
        ("1.10", "x"),
        ("1e-7", "123456789012345678901234567890"),
        ('{"n":[1.0,"ä",null,true]}', None),
        ("false", None),
    ]
    assert [(row["_record"], row["_line"]) for row in rows] == [(1, 1), (2, 2), (3, 3), (4, 4)]
    found = inspect(path, JSON)
    assert (found.record_count, found.line_count, found.is_terminated) == (4, 5, True)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"a": 1, "z": 2}', "has the unexpected keys 'z'"),
        ('{"a": 1, "a": 2}', "has the key 'a' more than once"),
        ('{"a": {"x": 1, "x": 2}}', "has the key 'x' more than once"),
        ("[1]", "is not a JSON object"),
        ("5", "is not a JSON object"),
        ("{", "is not valid JSON: Expecting property name enclosed in double quotes at character 2"),
        ('{"a": NaN}', "is not valid JSON: NaN is no number"),
        ('{"a": "\\ud800"}', "holds half a surrogate pair, which is no character"),
        ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", "nests JSON too deeply"),
        (" ", "is an empty line"),
    ],
)
def test_a_bad_json_line_says_what_is_wrong(tmp_path: Path, line: str, problem: str) -> None:
    path = written(tmp_path / "x.json", f'{{"a": 0}}\n{line}\n{{"b": 1}}\n')
    for block in (5, 4 << 20):
        with reading(block):
            rows = read(path, JSON)
            assert [row["_problem"] for row in rows] == [None, problem, None]
            assert rows[1]["_raw"].startswith(line[:1_000])
            assert inspect(path, JSON).record_count == 3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"a": 1}\n{"a": 2', r"ends in the middle of record 2 \(line 2\)"),
        ('[{"a": 1}]\n', "is a JSON array; export JSON lines"),
        ("\n\n", "nothing but line ends"),
        ('{"a": "' + "x" * (2 << 20) + '"}\n', r"more than 1 MiB in record 1 \(line 1\)"),
    ],
)
def test_json_that_cannot_become_records_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = written(tmp_path / "x.json", content)
    assert re.search(message, refusal(path, JSON))
    with pytest.raises(UnreadableExtract, match=message):
        read(path, JSON)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.fixed_dictionaries({"a": VALUE, "b": st.integers() | st.none()}), min_size=1, max_size=5),
    part=st.floats(0, 1),
    block=BLOCKS,
)
def test_cut_json_lines_are_refused_or_give_the_records_before_the_cut(scratch: Path, rows: list[dict[str, Any]], part: float, block: int) -> None:
    content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    written(scratch, content[: int(len(content) * part)])
    with reading(block):
        try:
            found = read(scratch, JSON)
        except UnreadableExtract:
            assert not content[: int(len(content) * part)].endswith(b"\n")
            return
    expected = [(row["a"] or None, None if row["b"] is None else str(row["b"])) for row in rows]
    assert bare(found) == expected[: len(found)]


# Parquet


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
    with pytest.raises(UnreadableExtract, match="is damaged behind record 0"):
        read(path, dialect)
    pq.write_table(pa.table({"a": [[1]], "b": ["x"]}), path)
    assert "nested values" in refusal(path, dialect)


# Real extracts


def counted(readme: Path) -> list[tuple[str, int, int]]:
    """File, rows and columns by the table of the folder's README."""
    pattern = re.compile(r"^\| (\S+\.csv) \| (\d+) \| (\d+) \|", re.MULTILINE)
    return [(name, int(rows), int(columns)) for name, rows, columns in pattern.findall(readme.read_text())]


EXTRACTED = counted(EXTRACTS / "README.md") if EXTRACTS.is_dir() else [("none", 0, 0)]
REFERENCED = counted(REFERENCE / "README.md") if REFERENCE.is_dir() else [("none", 0, 0)]


@real_data
@pytest.mark.parametrize(("name", "rows", "width"), EXTRACTED)
def test_real_extracts_give_every_row(name: str, rows: int, width: int) -> None:
    path = EXTRACTS / name
    text = path.read_bytes().decode()
    special = "&|\n" in text
    delimiter, terminator = ("+|", "&|\n") if special else ("\t", "\n")
    names = tuple(f"c{at}" for at in range(width))
    dialect = Dialect(names, "csv", "utf-8", False, delimiter, None, terminator if special else None)
    found = inspect(path, dialect)
    assert (found.record_count, found.line_count, found.is_terminated) == (rows, text.count("\n"), True)
    read_back = read(path, dialect)
    assert [row["_problem"] for row in read_back if row["_problem"]] == []
    expected = [tuple(v or None for v in line.split(delimiter)) for line in text.split(terminator)[:-1]]
    assert bare(read_back) == expected


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference files are not on this machine")
@pytest.mark.parametrize(("name", "rows", "width"), REFERENCED)
def test_real_reference_files_read_as_the_csv_module_reads_them(name: str, rows: int, width: int) -> None:
    path = REFERENCE / name
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *lines = csv.reader(file, strict=True)
    dialect = Dialect(tuple(header))
    assert (len(header), inspect(path, dialect).record_count) == (width, rows)
    assert bare(read(path, dialect)) == [tuple(value or None for value in line) for line in lines]
