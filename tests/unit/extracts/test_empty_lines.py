"""Empty lines: a problem each, wherever a batch or a block ends, and nothing at the end of a file."""

from pathlib import Path

import pytest
from extract_files import BLOCKS, LINE_END, THREE, bare, read, reading, written
from hypothesis import given, settings
from hypothesis import strategies as st

from emberlake.runtime.extracts.dialect import Dialect
from emberlake.runtime.extracts.reading import inspect, records

LINES = {
    "": "is an empty line",
    "1,2,3": None,
    '1,"2\n2",3': None,
    '1,"",3': None,
    "4,5": "has 2 fields where 3 are expected",
    '1,"2"x,3': "has text after the closing quote of field 2",
}


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_last_record_of_a_full_batch_may_be_an_empty_line(tmp_path: Path, line_end: str) -> None:
    lines = ["1,2,3"] * 65_535 + ["", "4,5,6"]
    path = written(tmp_path / "x.csv", "".join(line + line_end for line in ["a,b,c", *lines]))
    batches = list(records(path, THREE))
    assert [batch.num_rows for batch in batches] == [65_536, 1]
    problems = [row for batch in batches for row in batch.to_pylist() if row["_problem"]]
    assert [(row["_record"], row["_line"], row["_problem"], row["_raw"]) for row in problems] == [(65_536, 65_537, "is an empty line", "")]
    assert bare(batches[1].to_pylist()) == [("4", "5", "6")]
    assert inspect(path, THREE).record_count == 65_537


def test_a_batch_may_be_nothing_but_empty_lines(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", "a,b,c\n" + "\n" * 140_000 + "1,2,3\n")
    batches = list(records(path, THREE))
    assert [batch.num_rows for batch in batches] == [65_536, 65_536, 8_929]
    assert {problem for batch in batches[:2] for problem in batch.column("_problem").to_pylist()} == {"is an empty line"}
    assert batches[2].column("_problem").to_pylist() == ["is an empty line"] * 8_928 + [None]
    assert inspect(path, THREE).record_count == 140_001


@settings(max_examples=150, deadline=None)
@given(
    lines=st.lists(st.sampled_from(["", "", "", *LINES]), min_size=1, max_size=12),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    batch=st.integers(1, 5),
    block=BLOCKS,
    header=st.booleans(),
)
def test_empty_lines_are_problems_at_any_border(scratch: Path, lines: list[str], line_end: str, batch: int, block: int, header: bool) -> None:
    lines = lines if header else ["9,9,9", *lines]
    count = max((at for at, line in enumerate(lines, start=1) if line), default=0)
    expected, at = [], 1 + header
    for number, line in enumerate(lines[:count], start=1):
        expected.append((number, at, LINES.get(line), line if LINES.get(line) else None))
        at += 1 + len(LINE_END.findall(line))
    text = "".join(line + line_end for line in [*["a,b,c"][:header], *lines])
    written(scratch, text)
    dialect = Dialect(THREE.columns, header=header)
    for arrow in (True, False):
        with reading(block, arrow, batch):
            rows, found = read(scratch, dialect), inspect(scratch, dialect)
            largest = max((part.num_rows for part in records(scratch, dialect)), default=0)
        assert [(row["_record"], row["_line"], row["_problem"], row["_raw"]) for row in rows] == expected
        assert all((values == (None,) * 3) == bool(row["_problem"]) for row, values in zip(rows, bare(rows), strict=True))
        assert (found.record_count, found.line_count) == (count, len(LINE_END.findall(text)))
        assert largest <= batch
