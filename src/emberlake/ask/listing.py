"""What there is: tables, runs, open quarantine, and the account of a run; one frozen row a line."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from emberlake.names import LAYERS, job_name
from emberlake.tables import Tables
from emberlake.tables.as_of import UnknownMoment, matches, releases


@dataclass(frozen=True)
class TableState:
    """A table as it stands and as it is published; `is_stale` where it has not consumed what was released with it."""

    table_name: str
    layer: str
    row_count: int
    version: int
    released_version: int | None
    last_built_at: datetime | None
    is_stale: bool
    quarantined_count: int


@dataclass(frozen=True)
class RunState:
    """How a run ended."""

    run_id: str
    selection: str
    started_at: datetime
    finished_at: datetime
    status: str
    build_count: int
    release_id: str | None
    message: str | None


@dataclass(frozen=True)
class QuarantinedRow:
    """A row that waits for its owner: one line per rule that it broke."""

    table_name: str
    rule_id: str
    message: str
    file_name: str | None
    line: int | None
    period: str | None
    found_at: datetime
    row_id: str


@dataclass(frozen=True)
class AccountLine:
    """What became of the rows that came into a build. The six behind `input_count` add up to it; deleted rows stand apart.

    `controls` are control totals over the rows that passed, by the name that their contract gives them.
    """

    job: str
    input_count: int
    written_count: int
    unchanged_count: int
    merged_count: int
    quarantined_count: int
    excluded_count: int
    out_of_scope_count: int
    deleted_count: int
    controls: Mapping[str, Decimal]
    rule_counts: Mapping[str, int]


@dataclass(frozen=True)
class ControlTotal:
    """A sum over the rows that a build let pass: what must agree from source to gold, or differ by what a rule took out."""

    control: str
    job: str
    total: Decimal


def tables_listing(tables: Tables) -> list[TableState]:
    """Every table that exists, bronze first."""
    known = releases(tables.books)
    released = known[-1].versions if known else {}
    stale = known[-1].stale if known else frozenset()
    built: dict[str, datetime] = {}
    for row in tables.books.read("commit"):
        built[row["table_name"]] = max(row["finished_at"], built.get(row["table_name"], row["finished_at"]))
    held: dict[str, set[str]] = {}
    for row in tables.books.read("quarantine"):
        held.setdefault(row["table_name"], set()).add(row["row_id"])
    described = [contract for layer in LAYERS for contract in tables.contracts.values() if contract.layer == layer]
    names = [contract.name for contract in described if tables.store.exists(contract.name)]
    return [
        TableState(
            name, tables.contract(name).layer, tables.store.row_count(name), tables.store.version(name), released.get(name),
            built.get(name), name in stale, len(held.get(name, ())),
        )
        for name in names
    ]  # fmt: skip


def runs_listing(tables: Tables) -> list[RunState]:
    """Every run, the latest first."""
    built: dict[str, int] = {}
    for row in tables.books.read("commit"):
        built[row["run_id"]] = built.get(row["run_id"], 0) + 1
    rows = sorted(tables.books.read("run"), key=lambda row: row["started_at"], reverse=True)
    return [
        RunState(
            row["run_id"], row["selection"], row["started_at"], row["finished_at"], row["status"], built.get(row["run_id"], 0),
            row["release_id"], row["message"],
        )
        for row in rows
    ]  # fmt: skip


def quarantine_listing(tables: Tables, table: str | None = None) -> list[QuarantinedRow]:
    """Open rows of one table or of all, with the extract and the line that they came from."""
    rows = tables.books.read("quarantine", **({"table_name": tables.contract(table).name} if table else {}))
    landings = {row["file_hash"]: row for row in tables.books.read("landing")}
    lines = lines_of(tables, rows, landings)
    listed = [
        QuarantinedRow(
            row["table_name"], row["rule_id"], row["message"], landings.get(row["source_file"], {}).get("file_name"),
            lines.get(row["row_id"], row["source_line"]), row["period"], row["found_at"], row["row_id"],
        )
        for row in rows
    ]  # fmt: skip
    return sorted(listed, key=lambda row: (row.table_name, row.file_name or "", row.line or 0, row.rule_id))


def lines_of(tables: Tables, rows: Sequence[dict[str, Any]], landings: Mapping[str, dict[str, Any]]) -> dict[str, int]:
    """Line of the bronze row behind rows that a later table did not take."""
    wanted: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row["source_line"] is None and row["source_file"] in landings:
            wanted.setdefault(landings[row["source_file"]]["table_name"], []).append(row)
    found: dict[str, int] = {}
    for table, waiting in wanted.items():
        ids, files = sorted({r["row_id"] for r in waiting}), sorted({r["source_file"] for r in waiting})
        for row in tables.find(table, None, _source_file=files, _source_row_id=ids):
            found[row["_source_row_id"]] = row["_source_line"]
    return found


def account_listing(tables: Tables, run_id: str) -> list[AccountLine]:
    """The builds of a run in their order, with what became of each row. The id may be cut to its first eight characters."""
    rows = [row for row in tables.books.read("commit") if matches(row["run_id"], run_id)]
    runs = {row["run_id"] for row in tables.books.read("run") if matches(row["run_id"], run_id)} | {row["run_id"] for row in rows}
    if len(runs) != 1:
        raise UnknownMoment(f"{len(runs)} runs are called {run_id}, exactly one is needed; list them with: emberlake runs")
    return [account_line(row) for row in sorted(rows, key=lambda row: row["finished_at"])]


def account_line(row: Mapping[str, Any]) -> AccountLine:
    controls = {name: Decimal(total) for name, total in json.loads(row["controls"]).items()}
    counts = {name: int(row[name]) for name in AccountLine.__annotations__ if name.endswith("_count")}
    return AccountLine(job_name(row["table_name"], row["feed"]), **counts, controls=controls, rule_counts=json.loads(row["rule_counts"]))


def control_totals(lines: Sequence[AccountLine]) -> list[ControlTotal]:
    """Control totals of a run, control by control, from source to gold."""
    names = dict.fromkeys(name for line in lines for name in line.controls)
    return [ControlTotal(name, line.job, line.controls[name]) for name in names for line in lines if name in line.controls]
