"""The walk through a file: block by block it is cut into chunks of whole records, whose numbers and lines run on."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import numpy as np

from emberlake.runtime.extracts import limits
from emberlake.runtime.extracts.csv import faults, structure
from emberlake.runtime.extracts.csv.chunks import RowChunk, SpanChunk
from emberlake.runtime.extracts.csv.grammar import Grammar, Row, count_line_ends
from emberlake.runtime.extracts.csv.header import header_names
from emberlake.runtime.extracts.csv.structure import Offsets
from emberlake.runtime.extracts.dialect import Dialect
from emberlake.runtime.extracts.refusal import UnreadableExtract


class CsvFile:
    """A delimited text file, read once from start to end.

    After the iteration `line_count` is the number of its lines and `is_terminated` tells whether its last record has a
    row terminator.
    """

    def __init__(self, path: Path, dialect: Dialect) -> None:
        """Take a file and how it is written."""
        self.path, self.dialect, self._grammar = path, dialect, Grammar(dialect)
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
            raise faults.nothing_but_line_ends(self.path)

    def _take_header(self, data: bytes, final: bool) -> int:
        """Read the names of the columns and return the length of the header, 0 where the text ends before it does."""
        text = data.decode()
        row = self._grammar.row(text, 0, final)
        if row is None:
            if final:
                raise faults.open_header(self.path)
            return 0
        self.names, self.is_terminated = header_names(self.path, self.dialect, row), row.terminated
        self.line += row.line_ends
        return len(text[: row.next].encode())

    def _cut(self, data: bytes, final: bool) -> tuple[RowChunk | SpanChunk | None, int]:
        """The chunk of the records that end in `data`, and how many bytes of it are used up."""
        if not data:
            return None, 0
        quotes = structure.quote_offsets(data, self.dialect.quote) if self._suits_arrow else None
        if quotes is None or not structure.is_regular(data, quotes, self.dialect):
            return self._rows(data, final)
        return self._spans(data, quotes, final)

    @cached_property
    def _suits_arrow(self) -> bool:
        return structure.suits_arrow(self.dialect, len(self.names))

    def _spans(self, data: bytes, quotes: Offsets, final: bool) -> tuple[SpanChunk | None, int]:
        """Cut regular text with array operations; the quotes before a line end tell whether it ends a record."""
        line_ends = structure.line_ends(data)
        outside = structure.outside_quotes(line_ends, quotes)
        ends = line_ends[outside]
        starts, lines = np.append(0, ends + 1), np.append(0, outside + 1) + self.line
        stops = structure.before_line_ends(data, ends)
        if final and starts[-1] < len(data):
            row = None if len(quotes) % 2 else self._grammar.row(data[starts[-1] :].decode(), 0, final)
            self._accept_last(row, self.record + len(ends), int(lines[-1]))
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
        rows = list(self._grammar.rows(text, final))
        if final and (rows[-1].next if rows else 0) < len(text):
            raise faults.open_quote(self.path, self.record + len(rows), self.line + _line_ends(rows))
        if rows and not rows[-1].terminated:
            self._accept_last(rows[-1], self.record + len(rows) - 1, self.line + _line_ends(rows[:-1]))
        count = next((at for at in range(len(rows), 0, -1) if rows[at - 1].raw), 0)
        chunk = RowChunk(self.record, self.line, rows[:count]) if count else None
        for at, row in enumerate(rows[:count]):
            if len(row.raw) * 4 > limits.MAX_RECORD_BYTES and len(row.raw.encode()) > limits.MAX_RECORD_BYTES:
                raise self._too_long(self.record + at, self.line + _line_ends(rows[:at]))
        self.line += count_line_ends(text) if final else _line_ends(rows[:count])
        used = rows[count - 1].next if count else 0
        return chunk, len(data) if final else len(text[:used].encode())

    def _accept_last(self, row: Row | None, record: int, line: int) -> None:
        """Take a last record without terminator, unless it cannot be whole; None stands for one with an open quote."""
        self.is_terminated = False
        if row is None:
            raise faults.open_quote(self.path, record, line)
        faults.refuse_cut_record(self.path, self.dialect, row, len(self.names), record, line)

    def _too_long(self, record: int, line: int) -> UnreadableExtract:
        return faults.too_long(self.path, f"record {record} (line {line})" if self.names else "the header")


def _line_ends(rows: list[Row]) -> int:
    """Number of line ends in and behind these records."""
    return sum(row.line_ends for row in rows)


def _with_last(blocks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each block, and whether it is the last one."""
    previous = next(blocks, None)
    for block in blocks:
        if previous is not None:
            yield previous, False
        previous = block
    if previous is not None:
        yield previous, True
