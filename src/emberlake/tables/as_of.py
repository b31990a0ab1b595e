"""Which release a reader means by a time, a run or a release; all times are UTC."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from emberlake.errors import EmberlakeError
from emberlake.runtime.audit import Books

SHORTEST_PREFIX = 8


class NothingPublished(EmberlakeError):
    """There is no release, or none as early as was asked for."""


class UnknownMoment(EmberlakeError):
    """The text is no time, no run and no release."""


@dataclass(frozen=True)
class Release:
    """Tables that became visible together, each at a version."""

    release_id: str
    run_id: str
    released_at: datetime
    versions: Mapping[str, int]
    stale: frozenset[str]

    def __str__(self) -> str:
        return f"release {self.release_id} of {shown(self.released_at)}"


def releases(books: Books) -> list[Release]:
    """All of them, the oldest first."""
    grouped: dict[str, list[dict[str, Any]]] = {}
    for row in books.releases():
        grouped.setdefault(row["release_id"], []).append(row)
    return [
        Release(
            release_id,
            rows[0]["run_id"],
            rows[0]["released_at"],
            {row["table_name"]: int(row["table_version"]) for row in rows},
            frozenset(row["table_name"] for row in rows if row["is_stale"]),
        )
        for release_id, rows in grouped.items()
    ]


def resolve(books: Books, as_of: str | None) -> Release:
    """The release in force, or the one that was in force as of a time, a run or a release.

    Raises NothingPublished where there was none yet, UnknownMoment where the text means nothing.
    """
    known = releases(books)
    if not known:
        raise NothingPublished("nothing has been published yet; land extracts and run: emberlake land, emberlake run")
    if as_of is None:
        return known[-1]
    moment = moment_of(as_of)
    if moment is None:
        return released_by(books, known, as_of)
    return in_force(known, moment, as_of)


def in_force(known: list[Release], moment: datetime, as_of: str) -> Release:
    """The last release up to a time."""
    earlier = [release for release in known if release.released_at <= moment]
    if not earlier:
        raise NothingPublished(
            f"nothing was published by {shown(moment)} (--as-of {as_of}); the first release, {known[0].release_id}, "
            f"was made at {shown(known[0].released_at)}. Ask for that time or later."
        )
    return earlier[-1]


def released_by(books: Books, known: list[Release], as_of: str) -> Release:
    """The release of that id or of that run; of a run that changed nothing, the one in force when it ended."""
    matching = [r for r in known if matches(r.release_id, as_of) or matches(r.run_id, as_of)]
    runs = [row for row in books.read("run") if matches(row["run_id"], as_of)]
    if len({r.release_id for r in matching} | {row["release_id"] for row in runs if row["release_id"]}) > 1:
        raise UnknownMoment(f"--as-of {as_of} fits several runs or releases; write more of the id")
    if matching:
        return matching[0]
    for row in runs:
        if row["status"] != "complete":
            raise UnknownMoment(f"run {row['run_id']} failed and published nothing: {row['message']}")
        return in_force(known, row["finished_at"], as_of)
    raise UnknownMoment(f"--as-of {as_of} is neither a time (2025-12-31, 2025-12-31T18:00, in UTC) nor a run or release; list them with: emberlake runs")


def matches(identity: str, text: str) -> bool:
    """Whether a text names an id: the whole of it, or its beginning where that is long enough."""
    return identity == text or (len(text) >= SHORTEST_PREFIX and identity.startswith(text))


def moment_of(text: str) -> datetime | None:
    """A day means its end; a time without an offset is UTC."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return datetime.combine(day, time(tzinfo=UTC)) + timedelta(days=1) - timedelta(microseconds=1)


def shown(moment: datetime) -> str:
    """A moment as people read it, in UTC and whole seconds."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
