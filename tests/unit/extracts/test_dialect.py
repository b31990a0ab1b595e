"""Dialects: which there can be, and that they and refusals travel between processes."""

import pickle
from pathlib import Path
from typing import Any

import pytest
from extract_files import THREE

from emberlake.errors import EmberlakeError
from emberlake.runtime.extracts.dialect import Dialect
from emberlake.runtime.extracts.refusal import UnreadableExtract


def test_dialect_and_refusal_travel_between_processes(tmp_path: Path) -> None:
    assert pickle.loads(pickle.dumps(THREE)) == THREE
    error = UnreadableExtract(tmp_path / "x.csv", "is empty.")
    assert str(pickle.loads(pickle.dumps(error))) == str(error) == "x.csv is empty."


@pytest.mark.parametrize(
    ("faulty", "message"),
    [
        ({"columns": ()}, "columns"),
        ({"columns": ("a", "a")}, "columns"),
        ({"columns": ("_line",)}, "columns"),
        ({"delimiter": ""}, "delimiter"),
        ({"delimiter": '"'}, "quote"),
        ({"quote": "''"}, "quote"),
        ({"row_terminator": ","}, "row terminator"),
        ({"encoding": "ebcdic-of-sorts"}, "encoding 'ebcdic-of-sorts'"),
    ],
)
def test_a_dialect_that_no_file_can_have_is_refused(faulty: dict[str, Any], message: str) -> None:
    with pytest.raises(EmberlakeError, match=message):
        Dialect(**{"columns": ("a",), **faulty})
