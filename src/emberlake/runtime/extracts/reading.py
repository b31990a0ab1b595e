"""One door for every format: a file is inspected when it lands and gives its records when it is loaded."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from emberlake.runtime.extracts import change_files, csv, json_lines, parquet
from emberlake.runtime.extracts.decoding import refuse_mistaken_utf8
from emberlake.runtime.extracts.dialect import Dialect

_COUNTERS = {"csv": csv.count, "json": json_lines.count, "parquet": parquet.count}
_READERS = {"csv": csv.records, "json": json_lines.records, "parquet": parquet.records}


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file is, before anything of it is loaded.

    `record_count` counts data records, bad ones too. `is_multiline` tells whether some record spans several lines, and
    `is_terminated` whether a row terminator follows the last record: without one, its last value may have been cut.
    """

    sha256: str
    bytes: int
    line_count: int
    record_count: int
    is_multiline: bool
    is_terminated: bool


def inspect(path: Path, dialect: Dialect) -> Inspection:
    """Read a file once, in blocks, and refuse it with `UnreadableExtract` if it cannot become records."""
    digest = hashlib.sha256()
    is_ascii = True

    def note(block: bytes) -> None:
        nonlocal is_ascii
        digest.update(block)
        is_ascii = is_ascii and block.isascii()

    counts = _COUNTERS[dialect.format](path, dialect, note)
    if dialect.format != "parquet" and not is_ascii:
        refuse_mistaken_utf8(path, dialect.encoding)
    return Inspection(digest.hexdigest(), path.stat().st_size, *counts)


def records(path: Path, dialect: Dialect) -> Iterator[pa.RecordBatch]:
    """Batches of the records of a file, in its order; raises `UnreadableExtract` where `inspect` would."""
    if dialect.events is None or dialect.format == "json":
        return _READERS[dialect.format](path, dialect)
    return change_files.events(_READERS[dialect.format](path, replace(dialect, events=None)), dialect)
