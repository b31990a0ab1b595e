"""A message becomes one line that gives back all of it, whatever it is."""

import json
from base64 import b64decode
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from emberlake.runtime.extracts.json_values import texts_of
from emberlake.runtime.messages.lines import Message, Place, line_of

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=8)
NAMES = st.text().filter(lambda name: name != "_message")
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=5)
INDENT = st.sampled_from([None, 0, 2, "\t"])


def message(value: bytes | None, key: bytes | None = None, headers: tuple[tuple[str, bytes | None], ...] = ()) -> Message:
    return Message("shop.public.event", 3, 12345678901, 1700000000000, key, headers, value)


def read(text: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a line says of its message, and the object without it."""
    assert b"\n" not in text and b"\r" not in text
    found = json.loads(text)
    assert next(iter(found)) == "_message", "in front"
    return found.pop("_message"), found


@given(OBJECTS, INDENT, st.booleans(), st.sampled_from(["", " ", "\n", "\r\n\t"]))
@example({}, None, True, "\n")
def test_an_object_is_given_back_with_its_place(content: dict[str, Any], indent: Any, is_ascii: bool, blank: str) -> None:
    text = blank + json.dumps(content, indent=indent, ensure_ascii=is_ascii) + blank
    about, found = read(line_of(message(text.encode())).text)
    assert found == content
    assert about == {"topic": "shop.public.event", "partition": 3, "offset": 12345678901, "timestamp": 1700000000000, "key": None, "headers": {}}


@given(OBJECTS)
def test_without_line_ends_the_object_keeps_its_bytes(content: dict[str, Any]) -> None:
    value = json.dumps(content, ensure_ascii=False).encode()
    assert line_of(message(value)).text.endswith((b"," if content else b"") + value[1:])


@given(OBJECTS.filter(bool), st.text(max_size=5) | st.none())
def test_the_reader_of_extracts_takes_every_line(content: dict[str, Any], key: str | None) -> None:
    value = json.dumps(content, ensure_ascii=False).encode()
    line = line_of(message(value, None if key is None else key.encode())).text
    assert texts_of(line, ("_message", *content))[0] is not None


@given(st.binary())
@example(b"null")
@example(b'{"a":1}{"b":2}')
@example(b'{"a":Infinity}')
@example(b'\xef\xbb\xbf{"a":1}')
@example(b'{"_message":1}')
@example(b'{"a":"\n"}')
def test_what_is_no_object_is_given_back_as_bytes(value: bytes) -> None:
    about, found = read(line_of(message(value)).text)
    assert b64decode(about["bytes"]) == value if "bytes" in about else json.loads(value) == found


@given(st.binary() | VALUES.map(lambda value: json.dumps(value, ensure_ascii=False).encode()))
@example(b"null")
@example(b"7")
@example(b"seven")
def test_a_key_is_given_back(key: bytes) -> None:
    about, _ = read(line_of(message(None, key)).text)
    assert about["tombstone"] is True
    found = about["key"]
    readings = [lambda: json.loads(key) == found, lambda: key.decode() == found, lambda: b64decode(found["bytes"]) == key]
    assert any(holds(reading) for reading in readings)


def holds(reading: Any) -> bool:
    try:
        return bool(reading())
    except (ValueError, TypeError, KeyError):
        return False


def test_headers_that_come_twice_are_both_kept() -> None:
    about, _ = read(line_of(message(b"{}", headers=(("a", b"1"), ("b", None), ("a", b"\xff")))).text)
    assert about["headers"] == {"a": ["1", {"bytes": "/w=="}], "b": None}


def test_the_place_in_a_transaction_is_its_number_and_the_order_among_events_of_the_table() -> None:
    value = b'{"op":"c","transaction":{"id":"571:53195829","total_order":9,"data_collection_order":2}}'
    assert line_of(message(value)).place == Place("571", 2)
    for told in (b"null", b"{}", b'"571"', b'{"id":"571"}'):
        assert line_of(message(b'{"op":"r","transaction":' + told + b"}")).place is None
    for told, known in (b"1741000000000", 1741000000000), (b"null", None), (b"-1", None), (b"9" * 5000, None), (b'"soon"', None):
        place = line_of(message(b'{"source":{"ts_ms":' + told + b'},"transaction":{"id":"571:1","data_collection_order":2}}')).place
        assert place == Place("571", 2, known)
    assert line_of(message(b'{"transaction":{"id":"571:1","data_collection_order":' + b"9" * 5000 + b"}}")).place is None
    assert line_of(message(b'{"transaction":{"id":"\\ud800","data_collection_order":1}}')).place is None, "no table holds half a character"
    assert line_of(message(b'{"schema":{},"payload":' + value + b"}")).place == Place("571", 2), "an event with its schema"
    gtid = b'{"transaction":{"id":"0e4d5bcd-a6f9:23","total_order":9,"data_collection_order":2}}'
    assert line_of(message(gtid)).place == Place("0e4d5bcd-a6f9:23", 2), "of another database"
