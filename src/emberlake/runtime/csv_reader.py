"""Records of a delimited text file.

A file is cut into chunks of whole records. A chunk whose quoting is regular (a quote only opens a field, closes it or
is doubled inside it) is cut with array operations and parsed by Arrow; every other chunk is cut by `_quoted_rows` or
`_plain_rows` below, with the same result. The grammar, where writers of CSV disagree:

- a quote inside a field that does not start with one is ordinary text (`M6 x 1/2"`);
- text after a closing quote is a problem: the record then ends at the next row terminator, so that whatever lines the
  stray quote drew in stay together in one problem record;
- an empty field is null, with quotes around it or not;
- an empty line is a problem, except at the end of the file, where it means nothing;
- a record longer than 1 MiB makes the file unreadable: it nearly always is a quote that was never closed;
- a row terminator that is more than a line end must also end the last record.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv

from emberlake.runtime import dialect as limits
from emberlake.runtime.dialect import Dialect, Problem, UnreadableExtract, record_batch, values

_CR, _LF = 13, 10
_LINE_END = re.compile("\r\n|\n|\r")
_NAMES_SHOWN = 10


class Row(NamedTuple):
    """One record cut by Python: the offset behind its terminator, its fields, and what is wrong with its quoting.

    `fields` is None where no field is quoted: splitting `raw` at the delimiters then gives them.
    """

    raw: str
    fields: list[str] | None
    next: int
    line_ends: int
    problem: str | None
    terminated: bool


class RowChunk:
    """Records that were cut by Python."""

    def __init__(self, first: int, line: int, rows: list[Row]) -> None:
        """Take the rows from record number `first` on, which begins on `line`."""
        self.first, self.rows, self.count = first, rows, len(rows)
        ends = np.array([0, *(row.line_ends for row in rows)], dtype=np.int64)
        self.lines = line + np.cumsum(ends)[:-1]

    @property
    def is_multiline(self) -> bool:
        """Whether a record holds a line end."""
        return any("\n" in row.raw or "\r" in row.raw for row in self.rows)

    def batches(self, dialect: Dialect, names: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        """Parse the records, with a problem for each that has not one field per name."""
        for begin in range(0, self.count, limits.MAX_BATCH_RECORDS):
            rows = self.rows[begin : begin + limits.MAX_BATCH_RECORDS]
            table: list[Sequence[str | None]] = [_fields(row, dialect) for row in rows]
            checked = ((at, _row_problem(row, len(table[at]), len(names))) for at, row in enumerate(rows))
            problems = {at: problem for at, problem in checked if problem}
            for at in problems:
                table[at] = (None,) * len(names)
            by_name = dict(zip(names, zip(*table, strict=True), strict=True))
            texts = [pa.array(by_name[name], pa.string()) for name in dialect.columns]
            columns = [values(text, dialect) for text in texts]
            yield record_batch(dialect, self.first + begin, self.lines[begin : begin + len(rows)], columns, problems)


@dataclass(frozen=True, slots=True)
class SpanChunk:
    """Records that were cut with array operations: where each starts and stops in `data`, and the line it begins on."""

    first: int
    data: bytes
    starts: npt.NDArray[np.int64]
    stops: npt.NDArray[np.int64]
    lines: npt.NDArray[np.int64]
    is_multiline: bool

    @property
    def count(self) -> int:
        """Number of records."""
        return len(self.starts)

    def batches(self, dialect: Dialect, names: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
        """Parse the records, with a problem for each that has not one field per name."""
        for begin in range(0, self.count, limits.MAX_BATCH_RECORDS):
            part = slice(begin, begin + limits.MAX_BATCH_RECORDS)
            starts, stops = self.starts[part], self.stops[part]
            problems = {int(at): _empty_line() for at in np.flatnonzero(starts == stops)}
            columns = self._columns(dialect, names, starts, stops, problems)
            yield record_batch(dialect, self.first + begin, self.lines[part], columns, problems)

    def _columns(
        self,
        dialect: Dialect,
        names: tuple[str, ...],
        starts: npt.NDArray[np.int64],
        stops: npt.NDArray[np.int64],
        problems: dict[int, Problem],
    ) -> list[Any]:
        missing: list[int] = []

        def note(row: pa.csv.InvalidRow) -> str:
            at = row.number - 1
            raw = self.data[starts[at] : stops[at]].decode()
            problems[at] = Problem(_wrong_count(row.actual_columns, len(names)), raw)
            missing.append(at)
            return "skip"

        text: bytes | memoryview = memoryview(self.data)[starts[0] : stops[-1]]
        if text[:3] == codecs.BOM_UTF8:  # a character of the first value, but Arrow drops one at the start of a buffer
            text = codecs.BOM_UTF8 + text
        table = pa.csv.read_csv(
            pa.BufferReader(text),
            pa.csv.ReadOptions(use_threads=False, block_size=len(text) + 1, column_names=names),
            pa.csv.ParseOptions(
                delimiter=dialect.delimiter,
                quote_char=dialect.quote or False,
                newlines_in_values=self.is_multiline,
                ignore_empty_lines=False,
                invalid_row_handler=note,
            ),
            pa.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=dialect.columns,
                strings_can_be_null=not dialect.trim,
                null_values=["", *dialect.null_text],
            ),
        )
        if table.num_rows + len(missing) != len(starts):
            raise AssertionError(f"cut {len(starts)} records, but parsed {table.num_rows} and refused {len(missing)}")
        if missing:
            present = np.ones(len(starts), dtype=bool)
            present[missing] = False
            table = table.take(pa.array(np.cumsum(present) - 1, mask=~present))
        columns = [column.combine_chunks() for column in table.columns]
        return [values(column, dialect) for column in columns] if dialect.trim else columns


class CsvFile:
    """A delimited text file, read once from start to end.

    After the iteration `line_count` is the number of its lines and `is_terminated` tells whether its last record has a
    row terminator.
    """

    def __init__(self, path: Path, dialect: Dialect) -> None:
        """Take a file and how it is written."""
        self.path, self.dialect = path, dialect
        self.names = () if dialect.header else dialect.columns
        self.record = self.line = 1
        self.line_count = 0
        self.is_terminated = True

    def chunks(self, blocks: Iterator[bytes]) -> Iterator[RowChunk | SpanChunk]:
        """Chunks of whole records of the text; raises `UnreadableExtract` where it can have none."""
        pending, ends_line = b"", True
        for block, final in _with_last(blocks):
            ends_line = block.endswith((b"\n", b"\r")) if block else ends_line
            data = pending + block
            held = b"\r" if not final and data.endswith(b"\r") else b""
            data = data.removesuffix(held)
            if not self.names:
                data = data[self._take_header(data, final) :]
            chunk, used = self._cut(data, final) if self.names else (None, 0)
            if chunk is not None:
                self.record += chunk.count
                yield chunk
            pending = data[used:] + held
            if len(pending) > limits.MAX_RECORD_BYTES:
                raise self._too_long(self.record, self.line)
        self.line_count = self.line - ends_line
        if self.record == 1 and not self.dialect.header:
            raise UnreadableExtract(self.path, "holds nothing but line ends. Ask the source to send it again.")

    def _cut(self, data: bytes, final: bool) -> tuple[RowChunk | SpanChunk | None, int]:
        if not data:
            return None, 0
        quotes = _quotes(data, self.dialect.quote) if self._suits_arrow else None
        if quotes is None or not self._is_regular(data, quotes):
            return self._rows(data, final)
        return self._spans(data, quotes, final)

    @cached_property
    def _suits_arrow(self) -> bool:
        written = self.dialect
        characters = (written.delimiter, written.quote or "")
        single = all(len(text) <= 1 and text.isascii() for text in characters)
        return single and written.row_terminator is None and len(self.names) > 1

    def _is_regular(self, data: bytes, quotes: npt.NDArray[np.int64]) -> bool:
        """Whether each quote opens a field, closes one, or is doubled inside one; then parity tells what is inside."""
        neighbours = np.zeros(256, dtype=bool)
        neighbours[[_CR, _LF, ord(self.dialect.delimiter), ord(self.dialect.quote or "\n")]] = True
        text = np.frombuffer(data, np.uint8)
        before = text[quotes[0::2][quotes[0::2] > 0] - 1]
        after = text[quotes[1::2][quotes[1::2] < len(data) - 1] + 1]
        return bool(neighbours[before].all() and neighbours[after].all())

    def _spans(self, data: bytes, quotes: npt.NDArray[np.int64], final: bool) -> tuple[SpanChunk | None, int]:
        """Cut regular text with array operations; the quotes before a line end tell whether it ends a record."""
        text = np.frombuffer(data, np.uint8)
        line_ends = _line_ends(data, text)
        outside = np.flatnonzero(np.searchsorted(quotes, line_ends) % 2 == 0) if len(quotes) else np.arange(len(line_ends))
        ends = line_ends[outside]
        starts, lines = np.append(0, ends + 1), np.append(0, outside + 1) + self.line
        stops = ends - ((text[ends] == _LF) & (ends > 0) & (text[ends - 1] == _CR))
        if final and starts[-1] < len(data):
            if len(quotes) % 2:
                raise self._open_quote(self.record + len(ends), int(lines[-1]))
            self._accept_last(self._row(data[starts[-1] :].decode(), 0, final), len(ends), int(lines[-1]))
            stops, starts = np.append(stops, len(data)), np.append(starts, len(data))
            lines = np.append(lines, self.line + len(line_ends) + 1)
        full = np.flatnonzero(stops > starts[:-1])
        count = int(full[-1]) + 1 if len(full) else 0
        starts, stops, lines = starts[: count + 1], stops[:count], lines[: count + 1]
        long = np.flatnonzero(stops - starts[:-1] > limits.MAX_RECORD_BYTES)
        if len(long):
            raise self._too_long(self.record + int(long[0]), int(lines[long[0]]))
        self.line = self.line + len(line_ends) if final else int(lines[-1])
        multiline = bool((np.diff(lines) > 1).any())
        chunk = SpanChunk(self.record, data, starts[:-1], stops, lines[:-1], multiline) if count else None
        return chunk, len(data) if final else int(starts[-1])

    def _rows(self, data: bytes, final: bool) -> tuple[RowChunk | None, int]:
        """Cut any text record by record."""
        text = data.decode()
        plain = self.dialect.quote is None or self.dialect.quote not in text
        rows = list(self._plain_rows(text, final) if plain else self._quoted_rows(text, final))
        if rows and not rows[-1].terminated:
            line = self.line + sum(row.line_ends for row in rows[:-1])
            self._accept_last(rows[-1], len(rows) - 1, line)
        count = next((at for at in range(len(rows), 0, -1) if rows[at - 1].raw), 0)
        chunk = RowChunk(self.record, self.line, rows[:count]) if count else None
        for at, row in enumerate(rows[:count]):
            if len(row.raw) * 4 > limits.MAX_RECORD_BYTES and len(row.raw.encode()) > limits.MAX_RECORD_BYTES:
                raise self._too_long(self.record + at, self.line + sum(before.line_ends for before in rows[:at]))
        self.line += _count_line_ends(text) if final else sum(row.line_ends for row in rows[:count])
        used = rows[count - 1].next if count else 0
        return chunk, len(data) if final else len(text[:used].encode())

    def _plain_rows(self, text: str, final: bool) -> Iterator[Row]:
        start = 0
        for end in self._terminator.finditer(text):
            behind = end.end()
            raw, line_ends = text[start : end.start()], _count_line_ends(text[start:behind])
            yield Row(raw, None, behind, line_ends, None, True)
            start = behind
        if final and start < len(text):
            yield Row(text[start:], None, len(text), _count_line_ends(text[start:]), None, False)

    def _quoted_rows(self, text: str, final: bool) -> Iterator[Row]:
        start, record, line = 0, self.record, self.line
        while start < len(text):
            row = self._row(text, start, final)
            if row is None:
                if final:
                    raise self._open_quote(record, line)
                return
            yield row
            start, record, line = row.next, record + 1, line + row.line_ends

    def _row(self, text: str, start: int, final: bool) -> Row | None:
        """Cut the record that begins at `start`; None where its end is not in the text."""
        quote, fields, at, problem = self.dialect.quote, list[str](), start, None
        while True:
            if quote and text.startswith(quote, at):
                behind = _behind_quotes(text, quote, at)
                if behind is None:
                    return None
                fields.append(text[at + 1 : behind - 1].replace(quote * 2, quote))
                at = behind
                stop = self._stop.match(text, at)
                if stop is None and at < len(text):
                    problem = f"has text after the closing quote of field {len(fields)}"
                    stop = self._terminator.search(text, at)
            else:
                stop = self._stop.search(text, at)
                fields.append(text[at : stop.start() if stop else len(text)])
            if stop is None and not final:
                return None
            if stop is None or problem or stop.lastgroup != "delimiter":
                break
            at = stop.end()
        end, behind = stop.span() if stop else (len(text), len(text))
        return Row(text[start:end], fields, behind, _count_line_ends(text[start:behind]), problem, stop is not None)

    @cached_property
    def _terminator(self) -> re.Pattern[str]:
        terminator = self.dialect.row_terminator
        return re.compile(re.escape(terminator)) if terminator else _LINE_END

    @cached_property
    def _stop(self) -> re.Pattern[str]:
        return re.compile(f"(?P<delimiter>{re.escape(self.dialect.delimiter)})|(?:{self._terminator.pattern})")

    def _take_header(self, data: bytes, final: bool) -> int:
        """Read the names of the columns and return the length of the header, 0 where the text ends before it does."""
        text = data.decode()
        row = self._row(text, 0, final)
        if row is None:
            if final:
                raise UnreadableExtract(self.path, "ends in the middle of its header: a quote in it is never closed.")
            return 0
        if len(row.raw.encode()) > limits.MAX_RECORD_BYTES:
            raise self._too_long(self.record, self.line)
        if row.problem:
            raise UnreadableExtract(self.path, f"has a header that {row.problem}. Correct the export.")
        names = tuple(name.strip(" ") if self.dialect.trim else name for name in _fields(row, self.dialect))
        refuse_other_columns(self.path, self.dialect, names)
        self._refuse_half_terminator(row)
        self.names, self.is_terminated = names, row.terminated
        self.line += row.line_ends
        return len(text[: row.next].encode())

    def _accept_last(self, row: Row | None, before: int, line: int) -> None:
        """Refuse a last record without terminator that cannot be whole."""
        self.is_terminated = False
        record = self.record + before
        if row is None:
            raise self._open_quote(record, line)
        found = len(_fields(row, self.dialect))
        if found < len(self.names) and not row.problem:
            reason = f"it has {_counted(found)} of {len(self.names)} and no row terminator behind it"
            raise self._middle(record, line, reason)
        self._refuse_half_terminator(row, f"record {record} (line {line})")

    def _refuse_half_terminator(self, row: Row, what: str = "its header") -> None:
        terminator = self.dialect.row_terminator
        if row.terminated or terminator in (None, "\n", "\r"):
            return
        if terminator != "\r\n" or row.raw.endswith("\r"):
            raise UnreadableExtract(
                self.path,
                f"ends in the middle of {what}: the row terminator {terminator!r} is missing behind it. The file was cut; ask the source to send it again.",
            )

    def _open_quote(self, record: int, line: int) -> UnreadableExtract:
        return self._middle(record, line, "a quote opened in it is never closed")

    def _middle(self, record: int, line: int, reason: str) -> UnreadableExtract:
        where = f"ends in the middle of record {record} (line {line})"
        return UnreadableExtract(self.path, f"{where}: {reason}. The file was cut; ask the source to send it again.")

    def _too_long(self, record: int, line: int) -> UnreadableExtract:
        what = f"record {record} (line {line})" if self.names else "the header"
        return UnreadableExtract(
            self.path,
            f"holds more than 1 MiB in {what}. Look there for a quote that is never closed, for empty lines without "
            "end, or for another row terminator than the contract says.",
        )


def refuse_other_columns(path: Path, dialect: Dialect, names: tuple[str, ...]) -> None:
    """Refuse a file whose columns are not exactly those of the contract, in whatever order."""
    present = set(names)
    missing = [name for name in dialect.columns if name not in present]
    additional = list(dict.fromkeys(name for name in names if name not in set(dialect.columns)))
    counts = Counter(names)
    faults = [("lacks", missing), ("has besides", additional), ("has twice", [n for n in counts if counts[n] > 1])]
    found = [f"{verb} the columns {_listed(columns)}" for verb, columns in faults if columns]
    if found:
        similar = {name.casefold(): name for name in additional[:200]}
        pairs = [(name, get_close_matches(name.casefold(), similar, 1)) for name in missing[:_NAMES_SHOWN]]
        renamed = [f"{similar[close[0]]!r} looks like {name!r}" for name, close in pairs if close]
        advice = f"{'; '.join(renamed)}. " if renamed else ""
        raise UnreadableExtract(path, f"{' and '.join(found)}. {advice}Correct the export, or the contract if the source has changed.")


def _listed(names: list[str]) -> str:
    shown = ", ".join(repr(name[:100]) for name in names[:_NAMES_SHOWN])
    return shown if len(names) <= _NAMES_SHOWN else f"{shown} and {len(names) - _NAMES_SHOWN:,} more"


def _with_last(blocks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each block, and whether it is the last one."""
    previous = next(blocks, None)
    for block in blocks:
        if previous is not None:
            yield previous, False
        previous = block
    if previous is not None:
        yield previous, True


def _quotes(data: bytes, quote: str | None) -> npt.NDArray[np.int64]:
    if quote is None or quote.encode() not in data:
        return np.empty(0, np.int64)
    return np.flatnonzero(np.frombuffer(data, np.uint8) == ord(quote))


def _line_ends(data: bytes, text: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Offset of the last character of each line end: LF, CRLF or a lone CR."""
    ends = np.flatnonzero(text == _LF)
    if b"\r" not in data:
        return ends
    returns = np.flatnonzero(text == _CR)
    lone = returns[text[np.minimum(returns + 1, len(text) - 1)] != _LF]
    return np.sort(np.concatenate((ends, lone)))


def _count_line_ends(text: str) -> int:
    return text.count("\n") + (text.count("\r") - text.count("\r\n") if "\r" in text else 0)


def _behind_quotes(text: str, quote: str, at: int) -> int | None:
    """Offset behind the quote that closes the one at `at`; None where the text holds none."""
    closing = text.find(quote, at + 1)
    while closing >= 0 and text.startswith(quote, closing + 1):
        closing = text.find(quote, closing + 2)
    return closing + 1 if closing >= 0 else None


def _fields(row: Row, dialect: Dialect) -> list[str]:
    return row.raw.split(dialect.delimiter) if row.fields is None else row.fields


def _row_problem(row: Row, found: int, expected: int) -> Problem | None:
    if not row.raw:
        return _empty_line()
    if row.problem:
        return Problem(row.problem, row.raw)
    return Problem(_wrong_count(found, expected), row.raw) if found != expected else None


def _empty_line() -> Problem:
    return Problem("is an empty line", "")


def _wrong_count(found: int, expected: int) -> str:
    return f"has {_counted(found)} where {expected} {'is' if expected == 1 else 'are'} expected"


def _counted(fields: int) -> str:
    return "1 field" if fields == 1 else f"{fields} fields"
