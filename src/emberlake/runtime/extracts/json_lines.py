"""Files with one JSON object a line; LF and CRLF end a line."""

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa

from emberlake.runtime.extracts import limits
from emberlake.runtime.extracts.batches import Problem, record_batch, values
from emberlake.runtime.extracts.counts import Counts, Note
from emberlake.runtime.extracts.decoding import utf8_blocks
from emberlake.runtime.extracts.dialect import Dialect
from emberlake.runtime.extracts.events import event_texts
from emberlake.runtime.extracts.json_values import texts_of
from emberlake.runtime.extracts.refusal import UnreadableExtract


def count(path: Path, dialect: Dialect, note: Note) -> Counts:
    """Lines and records of a file, each of whose blocks `note` sees."""
    file = _JsonFile(path)
    for _ in file.chunks(utf8_blocks(path, dialect.encoding, note)):
        pass
    return Counts(file.line_count, file.count, is_multiline=False, is_terminated=file.is_terminated)


def records(path: Path, dialect: Dialect) -> Iterator[pa.RecordBatch]:
    """Batches of the records of a file, in its order."""
    for first, lines in _JsonFile(path).chunks(utf8_blocks(path, dialect.encoding)):
        for begin in range(0, len(lines), limits.MAX_BATCH_RECORDS):
            part = lines[begin : begin + limits.MAX_BATCH_RECORDS]
            yield _batch(dialect, first + begin, part)


class _JsonFile:
    """A file, read once from start to end; after that `line_count`, `count` and `is_terminated` are those of the file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.line_count = self.count = 0
        self.is_terminated = True

    def chunks(self, blocks: Iterator[bytes]) -> Iterator[tuple[int, list[bytes]]]:
        """Yield the number of the first line and whole lines, without the empty ones at the end of the file."""
        first, pending = 1, b""
        for block in chain(blocks, [None]):
            lines = (pending + (block or b"")).split(b"\n")
            rest = lines.pop()
            if block is None and rest.strip():
                self._accept_last(rest, first + len(lines))
                lines.append(rest)
                rest = b""
            self.line_count = first - 1 + len(lines) + bool(rest)
            full = next((at for at in range(len(lines), 0, -1) if lines[at - 1].strip()), 0)
            pending = b"\n".join([*lines[full:], rest])
            self._refuse_long([*lines[:full], pending], first)
            if full:
                self._refuse_array(lines, first)
                self.count = first - 1 + full
                yield first, lines[:full]
                first += full
        if not self.count:
            raise UnreadableExtract(self.path, "holds nothing but line ends. Ask the source to send it again.")

    def _refuse_long(self, lines: list[bytes], first: int) -> None:
        for at, line in enumerate(lines):
            if len(line) > limits.MAX_RECORD_BYTES:
                where = f"record {first + at} (line {first + at})"
                raise UnreadableExtract(self.path, f"holds more than 1 MiB in {where}; write one JSON object a line.")

    def _refuse_array(self, lines: list[bytes], first: int) -> None:
        if first == 1 and next(line for line in lines if line.strip()).lstrip().startswith(b"["):
            raise UnreadableExtract(self.path, "is a JSON array; export JSON lines instead: one object a line.")

    def _accept_last(self, line: bytes, number: int) -> None:
        self.is_terminated = False
        try:
            json.loads(line, parse_int=str)  # an integer has any number of digits here
        except (ValueError, RecursionError) as error:
            raise UnreadableExtract(
                self.path,
                f"ends in the middle of record {number} (line {number}): {error}. The file was cut; ask the source to send it again.",
            ) from error


def _batch(dialect: Dialect, first: int, lines: list[bytes]) -> pa.RecordBatch:
    problems: dict[int, Problem] = {}
    nothing: tuple[str | None, ...] = (None,) * len(dialect.fields)
    rows = []
    for at, line in enumerate(lines):
        try:
            rows.append(event_texts(line, dialect.columns, dialect.events) if dialect.events else texts_of(line, dialect.columns))
        except RecursionError:
            rows.append(nothing)
            problems[at] = Problem("nests JSON too deeply", line.decode().rstrip("\r"))
        except ValueError as error:
            rows.append(nothing)
            problems[at] = Problem(str(error), line.decode().rstrip("\r"))
    columns = [values(pa.array(column, pa.string()), dialect) for column in zip(*rows, strict=True)]
    return record_batch(dialect, first, np.arange(first, first + len(lines)), columns, problems)
