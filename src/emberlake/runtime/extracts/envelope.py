"""Where the change events of a source have their parts: paths into a message, and what is found on them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emberlake.runtime.extracts.json_values import object_of

UPSERT, DELETE, IGNORE = "upsert", "delete", "ignore"
PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
Path = tuple[tuple[str, ...], ...]  # alternatives; of each the names on the way


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where an event says what. `meaning` tells for each word under `operation` whether it is an upsert, a delete or to be ignored.

    `each` leads to lists that say of several rows, place by place: every place is an event of its own. Without a `row` the event itself
    is the row. Later events have greater positions, compared part by part; without one the order of arrival stands. Where positions begin
    anew, for another server or another way of delivery, `epochs` are the values found under `epoch`, earliest first, or the one that all
    events are `in_epoch`. A `sequence` numbers the events of a `producer` without gaps. `every` is what each record means where none says it.
    `unavailable` is the value with which a source says that it left one out.
    """

    operation: Path
    meaning: Mapping[str, str]
    row: Path = ()
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
    each: tuple[Path, ...] = ()
    every: str | None = None
    in_epoch: str | None = None


def alternatives(path: str | None) -> Path:
    """`payload.op|op` → two ways to one thing."""
    return tuple(tuple(way.split(".")) for way in path.split("|")) if path else ()


def found(event: Any, path: Path) -> Any:
    """What the first of the alternatives leads to that leads to something."""
    for names in path:
        at = event
        for name in names:
            at = at.get(name) if isinstance(at, dict) else None
        if at is not None:
            return at
    return None


def row_at(event: Any, path: Path) -> dict[str, Any] | None:
    """A row as an object; raises ValueError for text that holds none. Some sources tell it as JSON text, or as a list of names and values."""
    value = found(event, path)
    if isinstance(value, str):
        return object_of(value.encode())
    if isinstance(value, list) and value and all(isinstance(item, dict) and "name" in item for item in value):
        return {str(item["name"]): item.get("value") for item in value}
    return value if isinstance(value, dict) else None


def each_of(event: dict[str, Any], envelope: Envelope) -> list[dict[str, Any]]:
    """The events of a message: one for each place of its lists, which there stands instead of the list."""
    lists = {path: value for path in envelope.each if isinstance(value := found(event, path), list)}
    if not any(lists.values()):
        return [event]
    if len({len(items) for items in lists.values()}) > 1:
        raise ValueError(f"has lists of different lengths ({', '.join(str(len(items)) for items in lists.values())}) where each place is a row")
    events = []
    for place in range(len(next(iter(lists.values())))):
        one = event
        for path, items in lists.items():
            one = replaced(one, next(names for names in path if found(event, (names,)) is items), items[place])
        events.append(one)
    return events


def replaced(event: dict[str, Any], names: tuple[str, ...], value: Any) -> dict[str, Any]:
    """The event with another value on one way, its own objects left as they are."""
    head, *rest = names
    return event | {head: replaced(event[head], tuple(rest), value) if rest else value}
