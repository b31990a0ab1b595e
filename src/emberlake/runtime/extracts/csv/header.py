"""The names of the columns, read from the first record of a file."""

from pathlib import Path

from emberlake.runtime.extracts import limits
from emberlake.runtime.extracts.columns import refuse_other_columns
from emberlake.runtime.extracts.csv import faults
from emberlake.runtime.extracts.csv.grammar import Row
from emberlake.runtime.extracts.dialect import Dialect


def header_names(path: Path, dialect: Dialect, row: Row) -> tuple[str, ...]:
    """Names in the header `row`; raises `UnreadableExtract` where they are not those of the contract or the row is cut."""
    if len(row.raw.encode()) > limits.MAX_RECORD_BYTES:
        raise faults.too_long(path, "the header")
    if row.problem:
        raise faults.bad_header(path, row.problem)
    names = tuple(name.strip(" ") if dialect.trim else name for name in row.texts(dialect))
    refuse_other_columns(path, dialect, names)
    faults.refuse_half_terminator(path, dialect, row, "its header")
    return names
