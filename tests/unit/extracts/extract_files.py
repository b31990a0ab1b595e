"""What the tests of reading share: a file is written, read in blocks of any size, or refused; and the dialect of most."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import strategies as st

from emberlake.runtime.extracts import limits
from emberlake.runtime.extracts.csv.file import CsvFile
from emberlake.runtime.extracts.dialect import Dialect
from emberlake.runtime.extracts.reading import inspect, records
from emberlake.runtime.extracts.refusal import UnreadableExtract

LINE_END = re.compile("\r\n|\n|\r")
BLOCKS = st.sampled_from([1, 2, 3, 7, 16, 4 << 20])
VALUE = st.text(alphabet="aä\"ß,;|\n\r\t '+", max_size=6)
THREE = Dialect(("a", "b", "c"))


@contextmanager
def reading(block: int = 4 << 20, arrow: bool = True, batch: int = 65_536) -> Iterator[None]:
    """Read in blocks of so many bytes and batches of so many records, with or without the path through Arrow."""
    with patch.multiple(limits, BLOCK_BYTES=block, MAX_BATCH_RECORDS=batch):
        if arrow:
            yield
        else:
            with patch.object(CsvFile, "_suits_arrow", False):
                yield


def read(path: Path, dialect: Dialect) -> list[dict[str, Any]]:
    """All records of a file."""
    return [row for batch in records(path, dialect) for row in batch.to_pylist()]


def written(path: Path, content: str | bytes) -> Path:
    """Path of a file with that content."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal(path: Path, dialect: Dialect) -> str:
    """Message with which an inspection refuses a file."""
    with pytest.raises(UnreadableExtract) as inspected:
        inspect(path, dialect)
    return str(inspected.value)


def bare(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Values of the records alone, without position and problem."""
    return [tuple(value for name, value in row.items() if not name.startswith("_")) for row in rows]
