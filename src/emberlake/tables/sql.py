"""SQL of strangers over tables: one statement that only reads, in an engine that cannot reach a file."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds

from emberlake.errors import EmberlakeError
from emberlake.names import layer_of, short_name

FIRST_WORDS = ("select", "with", "from", "values", "table", "describe", "show", "summarize")
BEFORE_FIRST_WORD = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/|\()*", re.DOTALL)
# What the engine may not do once the tables are registered; the last setting makes the others final.
CLOSED = (
    "set timezone = 'UTC'",
    "set python_enable_replacements = false",
    "set autoinstall_known_extensions = false",
    "set autoload_known_extensions = false",
    "set enable_external_access = false",
    "set lock_configuration = true",
)


class RefusedQuery(EmberlakeError):
    """The statement does something else than read tables."""


class FailedQuery(EmberlakeError):
    """The statement reads, but it is wrong: a name, a type, its grammar."""


def checked(sql: str) -> str:
    """The statement, where it is exactly one and only reads; raises RefusedQuery or FailedQuery otherwise."""
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise FailedQuery(f"the query cannot be read: {error}") from error
    if len(statements) != 1:
        raise RefusedQuery(f"one statement at a time, please: this text holds {len(statements)}")
    word = first_word(sql)
    if statements[0].type.name != "SELECT" or word not in FIRST_WORDS:
        raise RefusedQuery(f"only questions are answered here (select, with, describe, summarize), not {word.upper()}")
    return sql


def first_word(sql: str) -> str:
    start = BEFORE_FIRST_WORD.match(sql)
    word = re.match(r"\w+", sql[start.end() :] if start else sql)
    return word.group().lower() if word else ""


def mentioned(sql: str, names: Iterable[str]) -> list[str]:
    """Tables that a statement may read: those whose name occurs in it. One too many does no harm."""
    words = set(re.findall(r"\w+", sql.lower()))
    return [name for name in names if layer_of(name) in words and short_name(name) in words]


@contextmanager
def opened(tables: Mapping[str, ds.Dataset]) -> Iterator[duckdb.DuckDBPyConnection]:
    """An engine in which these tables are views, `gold.inventory`, and which reaches nothing else."""
    with TemporaryDirectory(prefix="emberlake-query-") as spill, duckdb.connect(":memory:") as connection:
        connection.execute(f"set temp_directory = '{spill}'")
        for name, dataset in tables.items():
            connection.register(name, dataset)
            connection.execute(f'create schema if not exists "{layer_of(name)}"')
            connection.execute(f'create view "{layer_of(name)}"."{short_name(name)}" as select * from main."{name}"')
        for setting in CLOSED:
            connection.execute(setting)
        yield connection


def answer(sql: str, tables: Mapping[str, ds.Dataset], parameters: Sequence[Any] = ()) -> pa.Table:
    """The result of a checked statement over these tables; decimals stay decimals."""
    with opened(tables) as connection:
        try:
            return connection.execute(sql, list(parameters)).fetch_arrow_table()
        except duckdb.CatalogException as error:
            raise FailedQuery(f"{error}\nTables are named with their layer; list them with: emberlake tables") from error
        except duckdb.PermissionException as error:
            raise RefusedQuery(f"a query reads tables of the lakehouse and nothing else: {error}") from error
        except duckdb.Error as error:
            raise FailedQuery(f"the query fails: {error}") from error
