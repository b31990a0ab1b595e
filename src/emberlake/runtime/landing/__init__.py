"""Landing: extract files become known, checked and kept, before anything is read from them.

Stages, each restartable: found → hashed → inspected → copied → recorded in `audit.landing`. What is recorded is done; a
crash before that leaves at most a copy that the next call makes again.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from emberlake.runtime.disk import room_on_disk
from emberlake.runtime.lag import Lag, enter_lags
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.landing.folder import find
from emberlake.runtime.landing.known_files import Known, by_another_server, is_repeated
from emberlake.runtime.landing.taking_in import news_of, take_in
from emberlake.runtime.landing.turn import lags_of, within_limits
from emberlake.runtime.locks import held
from emberlake.runtime.messages.delivery import deliver
from emberlake.runtime.messages.outage import Outage

LANDING = "landing"  # what who lands holds


@dataclass(frozen=True)
class Landing:
    """What one call of `land` saw."""

    landed: tuple[dict[str, Any], ...]
    refused: tuple[dict[str, Any], ...]
    known_count: int
    unclaimed: tuple[str, ...]
    lags: tuple[Lag, ...]  # what sources hold that limits left for the next call
    outages: tuple[Outage, ...] = ()  # sources that could not be fetched; the others were


def land(lakehouse: Lakehouse, progress: Callable[[str], None] = lambda _: None) -> Landing:
    """Take in what is new in topics and in the landing folder; the same bytes twice are a no-op. Raises Busy where another process is landing.

    A refused file is looked at again each time, because its contract or control file may have been mended; it is recorded
    once for each reason.
    """
    with room_on_disk(lakehouse), held(lakehouse, [LANDING], "another process is landing extracts; wait for it to end"):
        outages, lags = deliver(lakehouse, progress)
        landing = land_new(lakehouse, progress)
        enter_lags(lakehouse, [*lags, *landing.lags])
        return replace(landing, lags=tuple(lag for lag in (*lags, *landing.lags) if lag.amount), outages=outages)


def land_new(lakehouse: Lakehouse, progress: Callable[[str], None]) -> Landing:
    """Take in what is new in the landing folder."""
    files, unclaimed = find(lakehouse)
    lakehouse.books.catch_up()
    books = lakehouse.books.read("landing")
    known = Known.of(books)
    told = {(row["file_hash"], row["table_name"], row["message"]) for row in books if row["status"] == "refused"}
    names = {(row["table_name"], row["file_name"]): row for row in books if row["status"] == "landed"}
    start = lakehouse.books.now()
    with ThreadPoolExecutor() as pool:
        news = [one for one in pool.map(lambda file: news_of(file, known), files) if one]
        due, waiting = within_limits(news, {(file_hash, table) for file_hash, table, _ in told})
        rows: list[dict[str, Any]] = []
        for number, row in enumerate(pool.map(lambda one: take_in(lakehouse, one), due)):
            if is_repeated(row, rows):
                first = next(r for r in rows if (r["file_hash"], r["table_name"], r["status"]) == (row["file_hash"], row["table_name"], "landed"))
                why = by_another_server(row["server"], lakehouse.contract(row["table_name"]), first)
                if why is None:
                    continue
                row |= {"status": "refused", "message": f"{row['file_name']} {why}"}
            before = names.get((row["table_name"], row["file_name"]))
            if before and row["status"] == "landed":
                arrived = f"{before['landed_at']:%Y-%m-%d %H:%M}"
                wins = "the later one stands for the whole" if row["delivery"] == "full" else "the later rows of a key win"
                changed = f"the file changed: it was {before['file_hash'][:12]} when it landed at {arrived}; both are kept, {wins}"
                row["message"] = "; ".join(filter(None, (row.get("message"), changed)))
            row["landed_at"] = start + timedelta(microseconds=number)
            progress(f"{row['file_name']}: {row['status']}")
            rows.append(row)
    lakehouse.books.write("landing", [row for row in rows if (row["file_hash"], row["table_name"], row.get("message")) not in told])
    landed, refused = (tuple(row for row in rows if row["status"] == status) for status in ("landed", "refused"))
    return Landing(landed, refused, len(files) - len(rows) - len(waiting), tuple(unclaimed), tuple(lags_of(lakehouse.contracts.values(), waiting)))
