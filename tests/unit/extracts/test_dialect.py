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
        ({"row_terminator": ","}, "row terminator that is no part of the delimiter"),
        ({"delimiter": "||", "row_terminator": "|"}, "row terminator that is no part of the delimiter"),
        ({"row_terminator": '"\n'}, "row terminator without the quote"),
        ({"null_text": (0, "N/A")}, r"in quotes where they look like a number, not \[0, 'N/A'\]"),
        ({"encoding": "ebcdic-of-sorts"}, "encoding 'ebcdic-of-sorts'"),
        ({"encoding": "rot13"}, "encoding 'rot13', which Python does not know as one of text"),
        ({"encoding": "undefined"}, "encoding 'undefined'"),
        ({"encoding": "punycode"}, "encoding 'punycode'"),
        ({"encoding": "idna"}, "encoding 'idna'"),
    ],
)
def test_a_dialect_that_no_file_can_have_is_refused(faulty: dict[str, Any], message: str) -> None:
    with pytest.raises(EmberlakeError, match=message):
        Dialect(**{"columns": ("a",), **faulty})


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32-be", "cp037", "shift_jis", "gb18030", "iso2022_jp", "utf-7", "ISO8859-15"])
def test_every_encoding_of_text_can_be_declared(encoding: str) -> None:
    assert Dialect(("a",), encoding=encoding).encoding == encoding
