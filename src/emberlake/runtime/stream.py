"""A stream: the same landing and the same run, started again and again. Each table goes on from the versions it last consumed.

A trigger that fails is tried again after a while that doubles; what it did not do the next one does. Nothing is skipped, for
what has been taken in is known by the tables themselves and by no checkpoint beside them.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from threading import Event
from time import monotonic
from typing import Any
from uuid import uuid4

from tenacity import (
    RetryCallState,
    RetryError,
    Retrying,
    retry_if_exception_type,
    retry_if_not_exception_type,
    sleep_using_event,
    stop_when_event_set,
    wait_exponential,
)

from emberlake.names import layer_of
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.landing import land
from emberlake.runtime.messages.outage import Outage, raise_together
from emberlake.runtime.run import Selection, run

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Pace:
    """Seconds between the beginnings of triggers, between releases, and the longest to wait after failures."""

    every_s: float = 10.0
    publish_every_s: float = 300.0
    longest_wait_s: float = 300.0


def stream(lakehouse: Lakehouse, pace: Pace, stop: Event, progress: Progress = lambda _: None) -> None:
    """Trigger until `stop` is set; errors are told, entered into `audit.trigger`, and tried again."""
    again = Retrying(
        retry=retry_if_exception_type(Exception) & retry_if_not_exception_type(Outage),  # the next trigger finds it mended or fails again
        wait=wait_exponential(pace.every_s, pace.longest_wait_s), sleep=sleep_using_event(stop), stop=stop_when_event_set(stop),
        before_sleep=lambda state: progress(f"trigger failed ({state.attempt_number} in a row): {failure_of(state)}"),
    )  # fmt: skip
    published = float("-inf")
    while not stop.is_set():
        begun = monotonic()
        publishes = begun - published >= pace.publish_every_s
        with suppress(RetryError):  # asked to end while it was failing
            try:
                again(trigger, lakehouse, publishes)
            except Outage as outage:  # of one source: the others are up to date, and do not wait for it
                progress(f"not fetched: {outage}")
            published = begun if publishes else published
        stop.wait(max(0.0, pace.every_s - (monotonic() - begun)))


def failure_of(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def trigger(lakehouse: Lakehouse, publishes: bool) -> None:
    """One micro-batch: land what is new, build what it touches. Raises what stopped it, after entering it.

    Where sources could not be fetched the others are built all the same; Outage is raised after that.
    """
    facts: dict[str, Any] = {"trigger_id": str(uuid4()), "started_at": lakehouse.books.now(), "is_published": False}
    try:
        landed = land(lakehouse)
        done = run(lakehouse, Selection(publish=publishes, run_id=facts["trigger_id"]))
        facts["is_published"] = done.release_id is not None
    except Exception as error:
        with suppress(Exception):  # a full disk takes no entry either; the error itself goes on
            enter(lakehouse, facts | {"status": "failed", "message": str(error)})
        lakehouse.forget_dead_spark()
        raise
    outage = "; ".join(map(str, landed.outages)) or None
    if done.accounts or (outage and is_news(lakehouse, outage)):
        enter(lakehouse, facts | {"status": "complete", "message": outage})
    raise_together(landed.outages)


def is_news(lakehouse: Lakehouse, outage: str) -> bool:
    """Whether an outage is another one than the last trigger that was entered tells of."""
    last = max(lakehouse.books.read("trigger"), key=lambda row: row["started_at"], default={})
    return last.get("message") != outage


def enter(lakehouse: Lakehouse, facts: dict[str, Any]) -> None:
    """Enter a trigger with the files that its builds took in, and how long the oldest of them had waited by its end."""
    end, files = lakehouse.books.now(), files_taken_in(lakehouse, facts["trigger_id"])
    waited = [(end - row["landed_at"]).total_seconds() for row in files]
    counts = {"file_count": len(files), "record_count": sum(row["record_count"] for row in files)}
    lakehouse.books.write("trigger", [facts | counts | {"finished_at": end, "latency_s": Decimal(f"{max(waited):.3f}") if waited else None}])


def files_taken_in(lakehouse: Lakehouse, run_id: str) -> list[dict[str, Any]]:
    """Entries of `audit.landing` of the files that the builds of a run read."""
    builds = [row for row in lakehouse.books.read("commit", run_id=run_id) if layer_of(row["table_name"]) == "bronze"]
    hashes = {file_hash for row in builds for file_hash in json.loads(row["consumed"])}
    return [row for row in lakehouse.books.read("landing", status="landed") if row["file_hash"] in hashes]
