"""Generated tables, written by the standard library's csv module, cut anywhere and read in blocks of any size."""

import csv
import io
import re
from pathlib import Path

from extract_files import BLOCKS, LINE_END, VALUE, bare, read, reading, refusal, written
from hypothesis import given, settings
from hypothesis import strategies as st

from emberlake.runtime.extracts.dialect import Dialect
from emberlake.runtime.extracts.reading import inspect
from emberlake.runtime.extracts.refusal import UnreadableExtract


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
