"""A message as a line of JSON: its own object byte for byte, with where it comes from as a first member `_message`.

A value that is no JSON object is kept as its bytes (base64), and a missing value is said to be a tombstone: nothing is lost.
"""

import json
import re
from base64 import b64encode
from dataclasses import dataclass
from typing import Any, NoReturn, TypeGuard

from emberlake.runtime.extracts.json_values import is_encodable

BLANKS = b" \t\r\n"
MOST_DIGITS = 19
_FIRST = '{"_message":{'
_NUMBER_AND_POSITION = re.compile(r"\d+:\d+")


@dataclass(frozen=True)
class Message:
    """A message as the broker has it; `timestamp` in milliseconds since 1970."""

    topic: str
    partition: int
    offset: int
    timestamp: int | None
    key: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    value: bytes | None


@dataclass(frozen=True)
class Place:
    """Where an event stands in a transaction of its source: the transaction's number, and the event's among those of its table.

    `changed_at`: milliseconds since 1970, by the source's clock; None where it does not say.
    """

    transaction: str
    order: int
    changed_at: int | None = None


@dataclass(frozen=True)
class Line:
    """A message as it is written, without a line end; `place` where it belongs to a transaction."""

    offset: int
    timestamp: int | None
    text: bytes
    place: Place | None


def line_of(message: Message) -> Line:
    """The line of any message; there is none that has no line."""
    about, content = about_of(message), None
    if message.value is None:
        text = _object(about | {"tombstone": "true"})
    elif (content := object_of(message.value)) is None or "_message" in content:
        text = _object(about | {"bytes": json.dumps(b64encode(message.value).decode())})
    else:
        text = spliced(message.value, about)
    return Line(message.offset, message.timestamp, text, place_of(content))


def spliced(value: bytes, about: dict[str, str]) -> bytes:
    """A JSON object with one member in front; of its own bytes only line ends between values become blanks."""
    rest = value.lstrip(BLANKS)[1:].replace(b"\n", b" ").replace(b"\r", b" ")
    return _object(about)[:-1] + (b"" if rest.lstrip(BLANKS).startswith(b"}") else b",") + rest


def about_of(message: Message) -> dict[str, str]:
    """Where a message comes from: name → JSON. A key that is no JSON is its text; bytes that are no text are base64."""
    headers: dict[str, Any] = {}
    for name, value in message.headers:
        headers.setdefault(name, []).append(_text(value))
    about = {"topic": message.topic, "partition": message.partition, "offset": message.offset, "timestamp": message.timestamp}
    return {name: _json(value) for name, value in about.items()} | {
        "key": _key(message.key),
        "headers": _json({name: values[0] if len(values) == 1 else values for name, values in headers.items()}),
    }


def about_in(line: bytes) -> dict[str, Any]:
    """Where the message of a line came from, its numbers as text, whatever the message holds. Raises ValueError where it is no such line."""
    text = line.decode()
    if not text.startswith(_FIRST):
        raise ValueError("does not say where its message came from")
    found, _ = _DECODER.raw_decode(text, len(_FIRST) - 1)
    return dict(found)


def object_of(value: bytes) -> dict[str, Any] | None:
    """The object that a value is, its numbers as text; None where it is not one."""
    found = _decoded(value)
    return found if isinstance(found, dict) else None


def place_of(content: dict[str, Any] | None) -> Place | None:
    """Place in a transaction as Debezium tells it."""
    event = envelope_of(content)
    told, source = event.get("transaction"), event.get("source")
    if not isinstance(told, dict) or not is_text(told.get("id")):
        return None
    order, changed_at = whole_number(told.get("data_collection_order")), whole_number(source.get("ts_ms")) if isinstance(source, dict) else None
    return None if order is None else Place(number_of(told["id"]), order, changed_at)


def envelope_of(content: dict[str, Any] | None) -> dict[str, Any]:
    """What an event says, also where it comes with its schema and is the `payload`."""
    payload = (content or {}).get("payload")
    return payload if isinstance(payload, dict) and content and "schema" in content else content or {}


def is_text(told: Any) -> TypeGuard[str]:
    """Whether it is text that a table can hold."""
    return isinstance(told, str) and is_encodable(told)


def whole_number(told: Any) -> int | None:
    """A number of JSON that counts something; None where it is none, or more than anything has."""
    return int(told) if isinstance(told, str) and told.isdecimal() and len(told) < MOST_DIGITS else None


def number_of(transaction_id: str) -> str:
    """`571:53195829` → `571`: of PostgreSQL number and log position, which may differ within one transaction. Other ids as they are."""
    return transaction_id.split(":", 1)[0] if _NUMBER_AND_POSITION.fullmatch(transaction_id) else transaction_id


def _object(about: dict[str, str]) -> bytes:
    return (_FIRST + ",".join(f'"{name}":{value}' for name, value in about.items()) + "}}").encode()


def _key(key: bytes | None) -> str:
    if key is None:
        return "null"
    if _decoded(key) is not None:
        return key.decode().replace("\n", " ").replace("\r", " ")
    return _json(_text(key))


def _text(value: bytes | None) -> str | dict[str, str] | None:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return {"bytes": b64encode(value or b"").decode()}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _decoded(text: bytes) -> Any:
    """What JSON text says; None where it is none, or says null."""
    try:
        return _DECODER.decode(text.decode())
    except (ValueError, RecursionError):
        return None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_no_constant)
