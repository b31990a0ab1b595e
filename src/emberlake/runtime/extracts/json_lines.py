"""Files with one JSON object a line; LF and CRLF end a line. A line is a record, but a message of a log may tell of several rows."""

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
from emberlake.runtime.extracts.events import Texts, events_of
from emberlake.runtime.extracts.json_values import texts_of
from emberlake.runtime.extracts.refusal import UnreadableExtract


def count(path: Path, dialect: Dialect, note: Note) -> Counts:
    """Lines and records of a file, each of whose blocks `note` sees."""
    file, more = _JsonFile(path), 0
    for _, lines in file.chunks(utf8_blocks(path, dialect.encoding, note)):
        if dialect.events:
            more += sum(len(_records(line, dialect)[0]) - 1 for line in lines)
    return Counts(file.line_count, file.count + more, is_multiline=False, is_terminated=file.is_terminated)


def records(path: Path, dialect: Dialect) -> Iterator[pa.RecordBatch]:
    """Batches of the records of a file, in its order."""
    record = 1
    for first, lines in _JsonFile(path).chunks(utf8_blocks(path, dialect.encoding)):
        for begin in range(0, len(lines), limits.MAX_BATCH_RECORDS):
            batch = _batch(dialect, record, first + begin, lines[begin : begin + limits.MAX_BATCH_RECORDS])
            yield batch
            record += batch.num_rows


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


def _batch(dialect: Dialect, record: int, first: int, lines: list[bytes]) -> pa.RecordBatch:
    problems: dict[int, Problem] = {}
    rows: list[Texts] = []
    numbers: list[int] = []
    for number, line in enumerate(lines, first):
        texts, problem = _records(line, dialect)
        if problem is not None:
            problems[len(rows)] = problem
        rows += texts
        numbers += [number] * len(texts)
    columns = [values(pa.array(column, pa.string()), dialect) for column in zip(*rows, strict=True)]
    return record_batch(dialect, record, np.array(numbers, np.int64), columns, problems)


def _records(line: bytes, dialect: Dialect) -> tuple[list[Texts], Problem | None]:
    """The records of a line, or one that is empty with the problem of the line."""
    try:
        return (events_of(line, dialect.columns, dialect.events) if dialect.events else [texts_of(line, dialect.columns)]), None
    except RecursionError:
        problem = "nests JSON too deeply"
    except ValueError as error:
        problem = str(error)
    return [(None,) * len(dialect.fields)], Problem(problem, line.decode().rstrip("\r"))
