"""Chunks of whole records, and the batches that they become."""

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv

from emberlake.runtime.extracts import limits
from emberlake.runtime.extracts.batches import Problem, record_batch, values
from emberlake.runtime.extracts.csv.faults import empty_line, row_problem, wrong_count
from emberlake.runtime.extracts.csv.grammar import Row
from emberlake.runtime.extracts.csv.structure import Offsets
from emberlake.runtime.extracts.dialect import Dialect


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
            table: list[Sequence[str | None]] = [row.texts(dialect) for row in rows]
            checked = ((at, row_problem(row, len(table[at]), len(names))) for at, row in enumerate(rows))
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
    starts: Offsets
    stops: Offsets
    lines: Offsets
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
            problems = {int(at): empty_line() for at in np.flatnonzero(starts == stops)}
            columns = self._columns(dialect, names, starts, stops, problems)
            yield record_batch(dialect, self.first + begin, self.lines[part], columns, problems)

    def _columns(self, dialect: Dialect, names: tuple[str, ...], starts: Offsets, stops: Offsets, problems: dict[int, Problem]) -> list[Any]:
        """Columns of the dialect, null where a record has another number of fields; that is added to `problems`."""
        missing: list[int] = []

        def note(row: pa.csv.InvalidRow) -> str:
            at = row.number - 1
            raw = self.data[starts[at] : stops[at]].decode()
            problems[at] = Problem(wrong_count(row.actual_columns, len(names)), raw)
            missing.append(at)
            return "skip"

        ends_empty = int(starts[-1] == stops[-1])  # only its line end tells Arrow of a last record that is empty
        text: bytes | memoryview = memoryview(self.data)[starts[0] : stops[-1] + ends_empty]
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
