"""Row terminators that a contract names, where they share characters with the delimiter or with a line end."""

from pathlib import Path

import pytest
from extract_files import bare, read, reading, written

from emberlake.runtime.extracts.dialect import Dialect
from emberlake.runtime.extracts.reading import inspect


@pytest.mark.parametrize("block", [1, 4, 4 << 20])
@pytest.mark.parametrize(
    ("delimiter", "terminator", "text", "expected"),
    [
        ("|", "|\n", '1|x|\n2|"y|\n"|\n3||\n', [("1", "x"), ("2", "y|\n"), ("3", None)]),
        ("|", "|\n", "1|x|\n2|y|\n", [("1", "x"), ("2", "y")]),
        ("||", "|\n", '1||x|\n2||"y"|\n3|||\n', [("1", "x"), ("2", "y"), ("3", None)]),
        (",;", ";\n", '1,;\nx;\n2,;"y";\n', [("1", "\nx"), ("2", "y")]),
        (",;", ";\n", "1,;\nx;\n", [("1", "\nx")]),
        (";", ";;", '1;x;;2;"y";;', [("1", "x"), ("2", "y")]),
    ],
)  # fmt: skip
def test_quotes_in_a_block_do_not_change_where_its_records_end(
    tmp_path: Path, delimiter: str, terminator: str, text: str, expected: list[tuple[str, str | None]], block: int
) -> None:
    path = written(tmp_path / "x.csv", text)
    dialect = Dialect(("a", "b"), header=False, delimiter=delimiter, row_terminator=terminator)
    with reading(block):
        rows = read(path, dialect)
        assert [row["_problem"] for row in rows] == [None] * len(expected)
        assert bare(rows) == expected
        assert inspect(path, dialect).record_count == len(expected)


@pytest.mark.parametrize("block", [1, 3, 4 << 20])
def test_a_terminator_that_is_half_a_line_end_counts_each_line_once(tmp_path: Path, block: int) -> None:
    path = written(tmp_path / "x.csv", "a,b\r\n1,2\r\n3,4\r")
    dialect = Dialect(("a", "b"), row_terminator="\r")
    with reading(block):
        rows, found = read(path, dialect), inspect(path, dialect)
    assert bare(rows) == [("\n1", "2"), ("\n3", "4")]
    assert [row["_line"] for row in rows] == [1, 2]
    assert (found.record_count, found.line_count) == (2, 3)
