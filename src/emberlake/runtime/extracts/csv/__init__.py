"""Delimited text files.

A file is cut into chunks of whole records. A chunk whose quoting is regular (a quote only opens a field, closes it or
is doubled inside it) is cut with array operations and parsed by Arrow; every other chunk is cut record by record as the
`grammar` says, with the same result. `file` walks through a file and chooses, `structure` finds quotes and line ends,
`chunks` turns what was cut into batches, `faults` words what is wrong.
"""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from emberlake.runtime.extracts.counts import Counts, Note
from emberlake.runtime.extracts.csv.file import CsvFile
from emberlake.runtime.extracts.decoding import utf8_blocks
from emberlake.runtime.extracts.dialect import Dialect


def count(path: Path, dialect: Dialect, note: Note) -> Counts:
    """Lines and records of a file, each of whose blocks `note` sees."""
    file, records_seen, is_multiline = CsvFile(path, dialect), 0, False
    for chunk in file.chunks(utf8_blocks(path, dialect.encoding, note)):
        records_seen += chunk.count
        is_multiline = is_multiline or chunk.is_multiline
    return Counts(file.line_count, records_seen, is_multiline, file.is_terminated)


def records(path: Path, dialect: Dialect) -> Iterator[pa.RecordBatch]:
    """Batches of the records of a file, in its order."""
    file = CsvFile(path, dialect)
    for chunk in file.chunks(utf8_blocks(path, dialect.encoding)):
        yield from chunk.batches(dialect, file.names)
