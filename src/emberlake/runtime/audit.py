"""The audit tables: appended without Spark, so that keeping the books costs milliseconds."""

from collections.abc import Container, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow.compute as pc

from emberlake.contracts.model import Contract
from emberlake.runtime.settings import now
from emberlake.runtime.store import Store

MOMENTS = {"landing": "landed_at", "commit": "finished_at", "verdict": "validated_at", "release": "released_at", "recalculation": "happened_at"}
BEGINNING, TICK = datetime.min.replace(tzinfo=UTC), timedelta(microseconds=1)


class Books:
    """`audit.*` of one lakehouse, as lists of plain dictionaries."""

    def __init__(self, store: Store, contracts: Mapping[str, Contract]) -> None:
        self.store = store
        self.contracts = contracts
        self.latest: datetime | None = None

    def write(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        name = f"audit.{table}"
        self.store.append_small(name, rows, self.contracts[name])

    def read(self, table: str, **equals: Any) -> list[dict[str, Any]]:
        """Rows whose columns have these values; none where the table does not exist yet."""
        name = f"audit.{table}"
        if not self.store.exists(name):
            return []
        condition = None
        for column, value in equals.items():
            term = pc.field(column).is_null() if value is None else pc.field(column) == value
            condition = term if condition is None else condition & term
        return list(self.store.dataset(name).to_table(filter=condition).to_pylist())

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
            if self.store.exists(f"audit.{table}"):
                times = self.store.dataset(f"audit.{table}").to_table(columns=[column]).column(column)
                latest = max(latest, pc.max(times).as_py() or BEGINNING)
        self.latest = latest

    def last_commit(self, table: str, feed: str | None, scopes: Container[str] | None = None) -> dict[str, Any] | None:
        """The newest build of a table and feed that was recorded to its end, or the newest of these scopes."""
        rows = [row for row in self.read("commit", table_name=table, feed=feed) if scopes is None or row["scope"] in scopes]
        return max(rows, key=lambda row: row["finished_at"], default=None)

    def releases(self) -> list[dict[str, Any]]:
        return sorted(self.read("release"), key=lambda row: (row["released_at"], row["table_name"]))
