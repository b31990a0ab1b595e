"""Small lakehouses made without Spark: a few rows, committed and released at times of our choosing."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from emberlake.contracts.load import load_all
from emberlake.contracts.model import Column, Contract
from emberlake.runtime.audit import Books
from emberlake.runtime.store import Store
from emberlake.tables import Tables

FIRST, SECOND = datetime(2026, 3, 1, 8, tzinfo=UTC), datetime(2026, 4, 1, 8, tzinfo=UTC)


def filled(contract: Contract, **values: Any) -> dict[str, Any]:
    """A row that has a value wherever the contract requires one."""
    return {column.name: values.get(column.name, anything(column) if column.required else None) for column in contract.columns}


def anything(column: Column) -> Any:
    if column.type.startswith("decimal"):
        return Decimal(0)
    simple = {"string": "x", "date": date(2025, 1, 1), "timestamp": FIRST, "boolean": True}
    return simple.get(column.type, [] if column.type.startswith("array") else 0)


class Small:
    """A lakehouse with as many rows as a test writes."""

    def __init__(self, folder: Path) -> None:
        self.contracts = load_all()
        self.store = Store(folder)
        self.books = Books(self.store, self.contracts)
        self.tables = Tables(folder, self.contracts)

    def write(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        contract = self.contracts[table]
        self.store.append_small(table, [filled(contract, **row) for row in rows], contract)

    def release(self, name: str, at: datetime, *tables: str) -> None:
        """Publish tables as they stand, as run `run-<name>` and release `release-<name>`."""
        self.books.write("release", [
            {"release_id": f"release-{name}", "run_id": f"run-{name}", "table_name": table, "table_version": self.store.version(table),
             "released_at": at, "row_count": self.store.row_count(table), "is_stale": False}
            for table in tables
        ])  # fmt: skip

    def run(self, name: str, at: datetime, status: str = "complete", release: bool = True) -> None:
        self.books.write("run", [{
            "run_id": f"run-{name}", "selection": "all tables", "started_at": at, "finished_at": at, "status": status,
            "release_id": f"release-{name}" if release else None, "message": None if status == "complete" else "the disk is full",
        }])  # fmt: skip
