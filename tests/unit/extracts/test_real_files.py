"""Real extracts and reference files: every row, as a plain split and the csv module see it."""

import csv
import re
from pathlib import Path

import pytest
from extract_files import bare, read

from emberlake.runtime.extracts.dialect import Dialect
from emberlake.runtime.extracts.reading import inspect

SHARED = Path(__file__).parents[3].parent / "shared" / "data"
EXTRACTS = SHARED / "adventureworks_raw_2025"
REFERENCE = SHARED / "reference"
real_data = pytest.mark.skipif(not EXTRACTS.is_dir(), reason="the real extracts are not on this machine")


def counted(readme: Path) -> list[tuple[str, int, int]]:
    """File, rows and columns by the table of the folder's README."""
    pattern = re.compile(r"^\| (\S+\.csv) \| (\d+) \| (\d+) \|", re.MULTILINE)
    return [(name, int(rows), int(columns)) for name, rows, columns in pattern.findall(readme.read_text())]


EXTRACTED = counted(EXTRACTS / "README.md") if EXTRACTS.is_dir() else [("none", 0, 0)]
REFERENCED = counted(REFERENCE / "README.md") if REFERENCE.is_dir() else [("none", 0, 0)]


@real_data
@pytest.mark.parametrize(("name", "rows", "width"), EXTRACTED)
def test_real_extracts_give_every_row(name: str, rows: int, width: int) -> None:
    path = EXTRACTS / name
    text = path.read_bytes().decode()
    special = "&|\n" in text
    delimiter, terminator = ("+|", "&|\n") if special else ("\t", "\n")
    names = tuple(f"c{at}" for at in range(width))
    dialect = Dialect(names, "csv", "utf-8", False, delimiter, None, terminator if special else None)
    found = inspect(path, dialect)
    assert (found.record_count, found.line_count, found.is_terminated) == (rows, text.count("\n"), True)
    read_back = read(path, dialect)
    assert [row["_problem"] for row in read_back if row["_problem"]] == []
    expected = [tuple(v or None for v in line.split(delimiter)) for line in text.split(terminator)[:-1]]
    assert bare(read_back) == expected


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference files are not on this machine")
@pytest.mark.parametrize(("name", "rows", "width"), REFERENCED)
def test_real_reference_files_read_as_the_csv_module_reads_them(name: str, rows: int, width: int) -> None:
    path = REFERENCE / name
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *lines = csv.reader(file, strict=True)
    dialect = Dialect(tuple(header))
    assert (len(header), inspect(path, dialect).record_count) == (width, rows)
    assert bare(read(path, dialect)) == [tuple(value or None for value in line) for line in lines]
