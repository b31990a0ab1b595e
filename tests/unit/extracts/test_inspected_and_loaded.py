"""What an inspection accepts is loaded, with as many records; whatever it refuses it refuses in words. Any text, any dialect."""

from pathlib import Path
from typing import Any, Literal

from extract_files import BLOCKS, read, reading, written
from hypothesis import event, given, settings
from hypothesis import strategies as st

from emberlake.errors import EmberlakeError
from emberlake.runtime.extracts.dialect import Dialect
from emberlake.runtime.extracts.reading import inspect
from emberlake.runtime.extracts.refusal import UnreadableExtract

DELIMITERS = [",", ";", "|", "||", "\t", " ", "ä", ",;", "'"]
TERMINATORS = [None, None, "\n", "\r\n", "\r", "|\n", "&|\n", ";", "||"]
PIECES = ["a", "1", "", "NULL", " ", "ä", "€", "\0", "\ufeff", "\x85", "\u2028", '"', "'", "\n", "\r", "\r\n", "{", "}", '{"a":1}', '{"a":"x","b":null}', "[1]"]
ENCODINGS = ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp037", "utf-7", "shift_jis"]


@st.composite
def dialects(draw: st.DrawFn) -> dict[str, Any]:
    """Arguments of a dialect, which may contradict each other."""
    file_format: Literal["csv", "json"] = draw(st.sampled_from(["csv", "csv", "csv", "json"]))
    return {
        "columns": ("a", "b", "c")[: draw(st.integers(1, 3))],
        "format": file_format,
        "encoding": draw(st.sampled_from(ENCODINGS)),
        "header": draw(st.booleans()),
        "delimiter": draw(st.sampled_from(DELIMITERS)),
        "quote": draw(st.sampled_from(['"', None, "'", "ä"])),
        "row_terminator": draw(st.sampled_from(TERMINATORS)),
        "null_text": draw(st.sampled_from([(), ("NULL",), ("1", " ")])),
        "trim": draw(st.booleans()),
    }


@st.composite
def contents(draw: st.DrawFn, options: dict[str, Any]) -> bytes:
    """Bytes of a file that may be written in the dialect, or nearly."""
    ends = [options["row_terminator"] or "\n", "\n", "\r\n"] if options["format"] == "csv" else ["\n", "\r\n"]
    value = st.sampled_from(["", "1", " x ", "NULL", "ä", '"1"', '""', '"a""b"', '"\n"', "'1'"])
    width = len(options["columns"])
    if options["format"] == "csv":
        record = st.lists(value, min_size=width, max_size=width).map(options["delimiter"].join)
    else:
        record = st.sampled_from(['{"a":1}', '{"a":"\\ud800"}', '{"a":1.50,"b":[{"x":"ä"}]}', '{"a":1,"a":2}', '{"a":null}'])
    odd = st.lists(st.sampled_from([*PIECES, options["delimiter"], *ends]), max_size=4).map("".join)
    lines = draw(st.lists(st.one_of(record, record, record, st.just(""), odd), max_size=10))
    text = "".join(line + draw(st.sampled_from(ends[:1] * 8 + ends)) for line in lines)
    if options["format"] == "csv" and options["header"]:
        text = options["delimiter"].join(options["columns"]) + ends[0] + text
    encoding = draw(st.sampled_from([options["encoding"]] * 60 + ENCODINGS))
    content = text.encode(encoding, "ignore")
    return content[: draw(st.integers(0, len(content)))] if draw(st.integers(0, 9)) == 0 else content


@settings(max_examples=500, deadline=None)
@given(data=st.data(), options=dialects(), block=BLOCKS, batch=st.integers(1, 4))
def test_what_is_accepted_is_loaded_and_what_is_refused_is_told(scratch: Path, data: st.DataObject, options: dict[str, Any], block: int, batch: int) -> None:
    try:
        dialect = Dialect(**options)
    except EmberlakeError as error:
        assert "Correct its contract." in str(error)
        return
    written(scratch, data.draw(contents(options)))
    outcomes = []
    for size, arrow in ((block, True), (block, False), (4 << 20, True), (4 << 20, False)):
        with reading(size, arrow, batch):
            try:
                found = inspect(scratch, dialect)
            except UnreadableExtract as error:
                assert len(str(error)) > 40
                outcomes.append(None)
                continue
            rows = read(scratch, dialect)
            assert [row["_record"] for row in rows] == list(range(1, found.record_count + 1))
            lines = [row["_line"] for row in rows]
            assert lines == sorted(lines)
            assert all(1 <= line <= found.line_count for line in lines)
            outcomes.append((rows, found))
    event("refused" if outcomes[0] is None else f"accepted as {dialect.format}")
    assert all(outcome == outcomes[0] for outcome in outcomes[1:])
