"""Change events: each says what happened to one row of a source, in an envelope whose parts a contract names by paths.

Debezium, Maxwell, Canal, an outbox, a change file: they differ in these paths and in nothing else. What a broker adds to a message
stands under `_message`: `tombstone` for a message without a value, `bytes` (base64) for one that is no JSON object.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from emberlake.names import LOG_COLUMNS
from emberlake.runtime.extracts.envelope import DELETE, IGNORE, PER_SECOND, UPSERT, Envelope, each_of, found, row_at
from emberlake.runtime.extracts.json_values import object_of, text_of, texts_by_name

MESSAGE, TOMBSTONE = "_message", "tombstone"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EVENT_FIELDS = tuple(name for name, _, _ in LOG_COLUMNS)
Texts = tuple[str | None, ...]  # of the row by column, then of EVENT_FIELDS


def events_of(line: bytes, columns: tuple[str, ...], envelope: Envelope) -> list[Texts]:
    """The events of one line; raises ValueError with the problem. What a message says of many rows comes and goes together."""
    event = object_of(line)
    message = event.get(MESSAGE)
    if isinstance(message, dict) and "bytes" in message:
        raise ValueError("is no JSON object; its bytes are kept, in base64")
    if isinstance(message, dict) and TOMBSTONE in message:
        return [(*[None] * len(columns), TOMBSTONE, "", *[None] * (len(EVENT_FIELDS) - 2))]
    return [texts for one in each_of(event, envelope) for texts in event_texts(one, columns, envelope)]


def event_texts(event: dict[str, Any], columns: tuple[str, ...], envelope: Envelope) -> Iterator[Texts]:
    """What one event says; where it moves a row to another key, that the old one is gone, and then the row."""
    word = text_of(found(event, envelope.operation))
    if (meaning := envelope.every or envelope.meaning.get(word or "")) is None:
        raise ValueError(f"has the operation {word!r}; its contract explains {', '.join(map(repr, envelope.meaning))}")
    producer, sequence = text_of(found(event, envelope.producer)), text_of(found(event, envelope.sequence))
    if envelope.sequence and not (sequence or "").isdecimal():
        raise ValueError(f"has the sequence number {sequence!r}, which is none")
    told = (position_of(event, envelope), text_of(found(event, envelope.transaction)), microseconds(event, envelope), producer, sequence)
    if meaning == IGNORE:
        yield (*[None] * len(columns), meaning, *told)
        return
    texts, moved_from = row_texts(event, columns, envelope, meaning)
    if moved_from is not None:
        yield (*moved_from, DELETE, *told)
    yield (*texts, meaning, *told)


def row_texts(event: dict[str, Any], columns: tuple[str, ...], envelope: Envelope, meaning: str) -> tuple[Texts, Texts | None]:
    """The row as it is, or as it was where it is gone; and of a row that had another key until now, that key."""
    before = row_at(event, envelope.before)
    row = row_at(event, envelope.row) if envelope.row else {name: value for name, value in event.items() if name != MESSAGE}
    row = before if row is None and meaning == DELETE else row
    if row is None:
        raise ValueError("holds no row, neither as it is nor as it was")
    texts = texts_by_name(row, columns)
    named = dict(zip(columns, texts, strict=True))
    if left_out := [name for name in columns if named[name] is not None and named[name] == envelope.unavailable]:
        raise ValueError(f"leaves out {', '.join(left_out)}, which did not change; let the source log whole rows")
    was = {name: text_of(before[name]) if before is not None and name in before else named[name] for name in envelope.key}
    is_moved = meaning == UPSERT and any(named[name] != text for name, text in was.items())
    return texts, tuple(was.get(name) for name in columns) if is_moved else None


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
    name = envelope.in_epoch or text_of(found(event, envelope.epoch))
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
