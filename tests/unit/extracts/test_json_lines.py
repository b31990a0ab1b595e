"""JSON lines: values as written, problems of lines, files that are refused or cut."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from extract_files import BLOCKS, VALUE, bare, read, reading, refusal, written
from hypothesis import given, settings
from hypothesis import strategies as st

from emberlake.runtime.extracts.dialect import Dialect
from emberlake.runtime.extracts.reading import inspect
from emberlake.runtime.extracts.refusal import UnreadableExtract

JSON = Dialect(("a", "b"), "json")


def test_json_values_are_text_as_written(tmp_path: Path) -> None:
    lines = [
        '{"a": 1.10, "b": "x"}',
        '{"b": 123456789012345678901234567890, "a": 1e-7}\r',
        '{"a": {"n": [1.0, "ä", null, true]}, "b": ""}',
        '{"a": false}',
    ]
    path = written(tmp_path / "x.json", "\n".join(lines) + "\n\n")
    rows = read(path, JSON)
    assert bare(rows) == [
        ("1.10", "x"),
        ("1e-7", "123456789012345678901234567890"),
        ('{"n":[1.0,"ä",null,true]}', None),
        ("false", None),
    ]
    assert [(row["_record"], row["_line"]) for row in rows] == [(1, 1), (2, 2), (3, 3), (4, 4)]
    found = inspect(path, JSON)
    assert (found.record_count, found.line_count, found.is_terminated) == (4, 5, True)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"a": 1, "z": 2}', "has the unexpected keys 'z'"),
        ('{"a": 1, "a": 2}', "has the key 'a' more than once"),
        ('{"a": {"x": 1, "x": 2}}', "has the key 'x' more than once"),
        ("[1]", "is not a JSON object"),
        ("5", "is not a JSON object"),
        ("{", "is not valid JSON: Expecting property name enclosed in double quotes at character 2"),
        ('{"a": NaN}', "is not valid JSON: NaN is no number"),
        ('{"a": "\\ud800"}', "holds half a surrogate pair, which is no character"),
        ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", "nests JSON too deeply"),
        (" ", "is an empty line"),
    ],
)
def test_a_bad_json_line_says_what_is_wrong(tmp_path: Path, line: str, problem: str) -> None:
    path = written(tmp_path / "x.json", f'{{"a": 0}}\n{line}\n{{"b": 1}}\n')
    for block in (5, 4 << 20):
        with reading(block):
            rows = read(path, JSON)
            assert [row["_problem"] for row in rows] == [None, problem, None]
            assert rows[1]["_raw"].startswith(line[:1_000])
            assert inspect(path, JSON).record_count == 3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"a": 1}\n{"a": 2', r"ends in the middle of record 2 \(line 2\)"),
        ('[{"a": 1}]\n', "is a JSON array; export JSON lines"),
        ("\n\n", "nothing but line ends"),
        ('{"a": "' + "x" * (2 << 20) + '"}\n', r"more than 1 MiB in record 1 \(line 1\)"),
    ],
)
def test_json_that_cannot_become_records_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = written(tmp_path / "x.json", content)
    assert re.search(message, refusal(path, JSON))
    with pytest.raises(UnreadableExtract, match=message):
        read(path, JSON)


def test_a_last_line_without_line_end_may_hold_an_integer_of_any_length(tmp_path: Path) -> None:
    path = written(tmp_path / "x.json", '{"a": ' + "7" * 5_000 + "}")
    assert bare(read(path, JSON)) == [("7" * 5_000, None)]
    assert inspect(path, JSON).record_count == 1


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.fixed_dictionaries({"a": VALUE, "b": st.integers() | st.none()}), min_size=1, max_size=5),
    part=st.floats(0, 1),
    block=BLOCKS,
)
def test_cut_json_lines_are_refused_or_give_the_records_before_the_cut(scratch: Path, rows: list[dict[str, Any]], part: float, block: int) -> None:
    content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    written(scratch, content[: int(len(content) * part)])
    with reading(block):
        try:
            found = read(scratch, JSON)
        except UnreadableExtract:
            assert not content[: int(len(content) * part)].endswith(b"\n")
            return
    expected = [(row["a"] or None, None if row["b"] is None else str(row["b"])) for row in rows]
    assert bare(found) == expected[: len(found)]
