"""Tables as readers see them: at a release, without Spark, decimals untouched.

Nothing here writes. Data tables are those of the release in force, or of the one that was in force at a time; `audit.*`
is always current. Of a ledger the postings are seen, so that a plain sum is the total in force.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from emberlake.contracts.load import load_all
from emberlake.contracts.model import Contract
from emberlake.errors import EmberlakeError
from emberlake.names import layer_of
from emberlake.runtime.audit import Books
from emberlake.runtime.settings import Settings
from emberlake.runtime.store import Store
from emberlake.tables import sql as questions
from emberlake.tables.as_of import Release, resolve


class NoSuchTable(EmberlakeError):
    """No contract describes the table, or the release does not hold it."""


class Tables:
    """The tables of one lakehouse, open for reading."""

    def __init__(self, lakehouse_folder: Path, contracts: Mapping[str, Contract] | None = None) -> None:
        self.folder = lakehouse_folder
        self.store = Store(lakehouse_folder)
        self.contracts = load_all(Settings.from_environment().schemas) if contracts is None else contracts

    @cached_property
    def books(self) -> Books:
        return Books(self.store, self.contracts)

    def contract(self, table: str) -> Contract:
        """What is promised of a table; raises NoSuchTable where nothing is."""
        if table not in self.contracts:
            raise NoSuchTable(f"there is no table {table}; known are {', '.join(sorted(self.contracts))}")
        return self.contracts[table]

    def release(self, as_of: str | None = None) -> Release:
        """The release in force, or the one of a time (a day means its end, UTC), a run or a release id."""
        return resolve(self.books, as_of)

    def names(self, release: Release) -> list[str]:
        """Tables that can be asked: those of the release, and the books."""
        audit = [name for name in self.contracts if layer_of(name) == "audit" and self.store.exists(name)]
        return [*sorted(release.versions), *sorted(audit)]

    def version(self, table: str, release: Release) -> int | None:
        """Version of a table in a release; None for `audit.*`, which is read as it stands."""
        self.contract(table)
        if layer_of(table) == "audit":
            return None
        if table not in release.versions:
            raise NoSuchTable(f"{table} is not part of {release}: it was not built by then. Run it: emberlake run {table}")
        return release.versions[table]

    def dataset(self, table: str, as_of: str | None = None) -> ds.Dataset:
        """The rows of a table at a release."""
        if layer_of(table) == "audit":
            self.contract(table)
            return self.store.dataset(table)
        return self.store.dataset(table, self.version(table, self.release(as_of)))

    def find(self, table: str, version: int | None, **equals: Any) -> list[dict[str, Any]]:
        """Rows of a version whose columns have these values; a list of values means any of them."""
        condition: ds.Expression | None = None
        for column, value in equals.items():
            term = has_value(column, value)
            condition = term if condition is None else condition & term
        return list(self.store.dataset(table, version).to_table(filter=condition).to_pylist())

    def query(self, sql: str, as_of: str | None = None, parameters: Sequence[Any] = ()) -> pa.Table:
        """The answer to one SQL question (DuckDB's dialect) over tables of a release, such as `gold.inventory`.

        Raises RefusedQuery where the text does anything but read, FailedQuery where it is wrong.
        """
        statement = questions.checked(sql)
        named = questions.mentioned(statement, self.contracts)
        if all(layer_of(name) == "audit" for name in named) and as_of is None:
            versions: dict[str, int | None] = {name: None for name in named if self.store.exists(name)}
        else:
            release = self.release(as_of)
            versions = {name: self.version(name, release) for name in named if name in self.names(release)}
        opened = {name: self.store.dataset(name, version) for name, version in versions.items()}
        return questions.answer(statement, opened, parameters)

    def show(self, table: str, as_of: str | None = None, limit: int | None = 50) -> pa.Table:
        """The first rows of a table in the order of its key; all of them where `limit` is None."""
        contract = self.contract(table)
        order = ", ".join(f'"{name}"' for name in contract.key) or "all"
        self.dataset(table, as_of)
        layer, name = contract.layer, contract.short_name
        rows = "" if limit is None else f" limit {int(limit)}"
        return self.query(f'select * from "{layer}"."{name}" order by {order}{rows}', as_of)


def has_value(column: str, value: Any) -> ds.Expression:
    """What a filter asks of a column: a value, one of a list, or to be empty."""
    field = pc.field(column)
    if isinstance(value, list):
        return field.isin(value)
    return field.is_null() if value is None else field == value
