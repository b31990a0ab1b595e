"""The audit tables: appended without Spark, so that keeping the books costs milliseconds, and kept open, so that asking costs none."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow.compute as pc

from emberlake.contracts.model import Contract
from emberlake.names import layer_of
from emberlake.runtime.settings import now
from emberlake.runtime.store import Store

MOMENTS = {
    "landing": "landed_at", "lag": "landed_at", "commit": "finished_at", "verdict": "validated_at", "release": "released_at",
    "recalculation": "happened_at",
}  # fmt: skip
MOST_OPEN_BYTES = 8 * 1024 * 1024  # of a book that is kept in memory; of a larger one only what is asked for is read
REWRITTEN = ("audit.quarantine",)  # its builds replace their own rows, and with them the small files
MANY_FILES = 200  # every entry is a file; so many are worth being made one
BEGINNING, TICK = datetime.min.replace(tzinfo=UTC), timedelta(microseconds=1)


@dataclass
class OpenBook:
    """A book as it was last read."""

    handle: Any  # as the store opened it
    version: int
    rows: list[dict[str, Any]]


class Books:
    """`audit.*` of one lakehouse, as lists of plain dictionaries."""

    def __init__(self, store: Store, contracts: Mapping[str, Contract]) -> None:
        self.store = store
        self.contracts = contracts
        self.latest: datetime | None = None
        self.open: dict[str, OpenBook] = {}

    def write(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        name = f"audit.{table}"
        self.store.append_small(name, rows, self.contracts[name])

    def read(self, table: str, **equals: Any) -> list[dict[str, Any]]:
        """Rows whose columns have these values; none where the table does not exist yet."""
        name = f"audit.{table}"
        if not self.store.exists(name):
            return []
        if (rows := self.in_memory(name)) is not None:
            return [dict(row) for row in rows if all(row[column] == value for column, value in equals.items())]
        condition = None
        for column, value in equals.items():
            term = pc.field(column).is_null() if value is None else pc.field(column) == value
            condition = term if condition is None else condition & term
        return list(self.store.dataset(name).to_table(filter=condition).to_pylist())

    def in_memory(self, name: str) -> list[dict[str, Any]] | None:
        """All rows of a book as it stands now, read where the log says that it went on; None where it is too large."""
        if (book := self.open.get(name)) is not None:
            book.handle.update_incremental()  # milliseconds, where to open the log again takes as long as the log
            if book.handle.version() == book.version:
                return book.rows
        handle = self.store.handle(name) if book is None else book.handle
        if self.store.byte_count(name, handle.version()) > MOST_OPEN_BYTES:
            self.open.pop(name, None)
            return None
        rows: list[dict[str, Any]] = self.store.dataset(name, handle.version()).to_table().to_pylist()
        self.open[name] = OpenBook(handle, handle.version(), rows)
        return rows

    def tidy(self) -> None:
        """Make one file of the many small ones of a book, and a checkpoint of its many commits; what others enter meanwhile is not in the way."""
        for name in self.contracts:
            if layer_of(name) == "audit" and name not in REWRITTEN and self.store.exists(name):
                handle = self.store.handle(name)
                if len(handle.file_uris()) >= MANY_FILES:
                    handle.optimize.compact()
                    handle.create_checkpoint()

    def now(self) -> datetime:
        """The clock; where it went back behind what the books hold, the moment after: entries are told apart by their times."""
        if self.latest is None:
            self.catch_up()
        self.latest = max(now(), (self.latest or BEGINNING) + TICK)
        return self.latest

    def catch_up(self) -> None:
        """Read until when the books are kept; whoever holds what keeps others from the same entries does so once more."""
        latest = self.latest or BEGINNING
        for table, column in MOMENTS.items():
            latest = max([latest, *self.moments(f"audit.{table}", column)])
        self.latest = latest

    def moments(self, name: str, column: str) -> list[datetime]:
        if not self.store.exists(name):
            return []
        if (rows := self.in_memory(name)) is not None:
            return [row[column] for row in rows if row[column]]
        latest = pc.max(self.store.dataset(name).to_table(columns=[column]).column(column)).as_py()
        return [latest] if latest else []

    def last_commit(self, table: str, feed: str | None, scopes: Container[str] | None = None) -> dict[str, Any] | None:
        """The newest build of a table and feed that was recorded to its end, or the newest of these scopes."""
        rows = [row for row in self.read("commit", table_name=table, feed=feed) if scopes is None or row["scope"] in scopes]
        return max(rows, key=lambda row: row["finished_at"], default=None)

    def releases(self) -> list[dict[str, Any]]:
        return sorted(self.read("release"), key=lambda row: (row["released_at"], row["table_name"]))
