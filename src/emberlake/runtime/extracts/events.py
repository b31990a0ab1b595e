"""Change events: each says what happened to one row of a source, in an envelope whose parts a contract names by JSON paths.

Debezium, Maxwell, an outbox: they differ in these paths and in nothing else. What a broker adds to a message stands under
`_message`: `tombstone` for a message without a value, `bytes` (base64) for one that is no JSON object.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from emberlake.names import LOG_COLUMNS
from emberlake.runtime.extracts.json_values import object_of, text_of, texts_by_name

MESSAGE, TOMBSTONE = "_message", "tombstone"
UPSERT, DELETE, IGNORE = "upsert", "delete", "ignore"
PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EVENT_FIELDS = tuple(name for name, _, _ in LOG_COLUMNS)
Path = tuple[tuple[str, ...], ...]  # alternatives; of each the names on the way


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where an event says what. `meaning` tells for each word under `operation` whether it is an upsert, a delete or to be ignored.

    Later events have greater positions, compared part by part; without one the order of arrival stands. Where positions begin anew,
    for another server or another way of delivery, `epochs` are the values found under `epoch`, earliest first. A `sequence` numbers the
    events of a `producer` without gaps. `unavailable` is the value with which a source says that it left one out.
    """

    operation: Path
    meaning: Mapping[str, str]
    row: Path
    before: Path = ()
    position: tuple[Path, ...] = ()
    transaction: Path = ()
    time: Path = ()
    time_unit: str = "ms"
    epoch: Path = ()
    epochs: tuple[str, ...] = ()
    producer: Path = ()
    sequence: Path = ()
    key: tuple[str, ...] = ()
    unavailable: str | None = None


def event_texts(line: bytes, columns: tuple[str, ...], envelope: Envelope) -> tuple[str | None, ...]:
    """Texts of the row that an event is about, by column, then those of EVENT_FIELDS; raises ValueError with the problem."""
    event = object_of(line)
    message = event.get(MESSAGE)
    if isinstance(message, dict) and "bytes" in message:
        raise ValueError("is no JSON object; its bytes are kept, in base64")
    nothing: tuple[str | None, ...] = (None,) * len(columns)
    if isinstance(message, dict) and TOMBSTONE in message:
        return (*nothing, TOMBSTONE, "", *[None] * (len(EVENT_FIELDS) - 2))
    word = text_of(found(event, envelope.operation))
    if (meaning := envelope.meaning.get(word or "")) is None:
        raise ValueError(f"has the operation {word!r}; its contract explains {', '.join(map(repr, envelope.meaning))}")
    producer, sequence = text_of(found(event, envelope.producer)), text_of(found(event, envelope.sequence))
    if envelope.sequence and not (sequence or "").isdecimal():
        raise ValueError(f"has the sequence number {sequence!r}, which is none")
    told = (meaning, position_of(event, envelope), text_of(found(event, envelope.transaction)), microseconds(event, envelope), producer, sequence)
    return (*(nothing if meaning == IGNORE else row_texts(event, columns, envelope, meaning)), *told)


def row_texts(event: dict[str, Any], columns: tuple[str, ...], envelope: Envelope, meaning: str) -> tuple[str | None, ...]:
    """The row as it is, or as it was where it is gone."""
    row, before = found(event, envelope.row), found(event, envelope.before)
    row = row if isinstance(row, dict) else before if meaning == DELETE else None
    if not isinstance(row, dict):
        raise ValueError("holds no row, neither as it is nor as it was")
    texts = texts_by_name(row, columns)
    named = dict(zip(columns, texts, strict=True))
    if left_out := [name for name in columns if named[name] is not None and named[name] == envelope.unavailable]:
        raise ValueError(f"leaves out {', '.join(left_out)}, which did not change; let the source log whole rows")
    was = {name: text_of(before[name]) for name in envelope.key if isinstance(before, dict) and name in before}
    if meaning == UPSERT and any(named[name] != text for name, text in was.items()):
        raise ValueError(f"moves a row from the key {was} in one event; let the source tell a deletion and an insertion")
    return texts


def found(event: Any, path: Path) -> Any:
    """What the first of the alternatives leads to that leads to something."""
    for names in path:
        at = event
        for name in names:
            at = at.get(name) if isinstance(at, dict) else None
        if at is not None:
            return at
    return None


def position_of(event: dict[str, Any], envelope: Envelope) -> str:
    """A text that is greater for later events: whole numbers are written with leading zeros."""
    parts = [*epoch_of(event, envelope), *(text_of(found(event, path)) for path in envelope.position)]
    if None in parts:
        raise ValueError("says no position in its source's log")
    return "/".join(part.zfill(38) if part.isdecimal() else part for part in parts if part is not None)


def epoch_of(event: dict[str, Any], envelope: Envelope) -> list[str]:
    """Place of an event's epoch among those that its contract declares."""
    if not envelope.epochs:
        return []
    name = text_of(found(event, envelope.epoch))
    if name not in envelope.epochs:
        raise ValueError(f"is of the epoch {name!r}; its contract declares {', '.join(envelope.epochs)}")
    return [str(envelope.epochs.index(name))]


def microseconds(event: dict[str, Any], envelope: Envelope) -> str | None:
    """Time of the change since 1970 UTC, from a number in the contract's unit or from ISO 8601 text."""
    text = text_of(found(event, envelope.time))
    if text is None:
        return None
    if text.isdecimal():
        return str(int(text) * 1_000_000 // PER_SECOND[envelope.time_unit])
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"says the time {text!r}, which is neither a whole number nor ISO 8601") from error
    return str(((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - EPOCH) // timedelta(microseconds=1))
