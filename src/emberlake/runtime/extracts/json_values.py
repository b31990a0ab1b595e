"""The values of one JSON object as text, as the file has them: numbers with all their digits, `true`, nested values compact."""

import json
from collections import Counter
from typing import Any, NoReturn


def texts_of(line: bytes, columns: tuple[str, ...]) -> tuple[str | None, ...]:
    """Texts of one object by column; raises ValueError with the problem of the record."""
    return texts_by_name(object_of(line), columns)


def object_of(line: bytes) -> dict[str, Any]:
    """The object of a line, its numbers as they are written; raises ValueError where there is none."""
    if not line.strip():
        raise ValueError("is an empty line")
    try:
        found = _DECODER.decode(line.decode())
    except json.JSONDecodeError as error:
        raise ValueError(f"is not valid JSON: {error.msg} at character {error.pos + 1}") from error
    if not isinstance(found, dict):
        raise ValueError("is not a JSON object")
    return found


def texts_by_name(found: dict[str, Any], columns: tuple[str, ...]) -> tuple[str | None, ...]:
    """Texts of an object by column; raises ValueError where it has other keys, or text that is none."""
    unexpected = [key for key in found if key not in columns]
    if unexpected:
        raise ValueError(f"has the unexpected keys {', '.join(map(repr, unexpected[:10]))}")
    texts = tuple(text_of(found.get(name)) for name in columns)
    if not all(text is None or text.isascii() or is_encodable(text) for text in texts):
        raise ValueError("holds half a surrogate pair, which is no character")
    return texts


class _Number(str):
    """A JSON number as it is written."""

    __slots__ = ()


def text_of(value: Any) -> str | None:
    """A JSON value as text: `None` for null, nested values compact."""
    return str(value) if isinstance(value, str) else None if value is None else _compact(value)


def _compact(value: Any) -> str:
    """Nested JSON without blanks, its numbers as they were written."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{_compact(key)}:{_compact(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_compact, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def is_encodable(text: str) -> bool:
    """Whether a table can hold a text: not where it has half a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"has the key {twice!r} more than once")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"is not valid JSON: {name} is no number")


_DECODER = json.JSONDecoder(parse_float=_Number, parse_int=_Number, parse_constant=_no_constant, object_pairs_hook=_object)
