"""Reading: landed files become the rows of a bronze table.

A bronze row is typed by its source's dialect; the text as it came stands beside it as `_raw_<column>` until it is judged.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from emberlake.contracts import rows
from emberlake.contracts.model import Contract, Feed, Rule, Server
from emberlake.names import LOG_COLUMNS
from emberlake.runtime.conform import cast_rule, typed
from emberlake.runtime.extracts.reading import records
from emberlake.runtime.extracts.refusal import UnreadableExtract
from emberlake.runtime.file_dialect import dialect_of, dialect_of_file
from emberlake.runtime.in_force import held_files
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.landing.known_files import hash_of

MOST_TASKS = 256


def bronze_frame(spark: SparkSession, contract: Contract, files: Sequence[dict[str, Any]], root: Path) -> DataFrame:
    """The records of landed files, typed, with `_problem` and `_raw` of those that are damaged; one task per file.

    Raises UnreadableExtract where a kept copy is gone or its bytes are not those that landed.
    """
    for file in files:
        kept = root / file["archive_name"]
        if not kept.is_file() or hash_of(kept) != file["file_hash"]:
            raise UnreadableExtract(kept, f"is the kept copy of {file['file_name']} and is gone or was changed; restore it from a backup")
    by_server: dict[str, list[dict[str, Any]]] = {}
    for file in files:
        by_server.setdefault(contract.server_of(file.get("server"), file["file_name"]).name, []).append(file)
    return reduce(DataFrame.unionByName, [server_frame(spark, contract, contract.server(name), some, root) for name, some in by_server.items()])


def server_frame(spark: SparkSession, contract: Contract, server: Server, files: Sequence[dict[str, Any]], root: Path) -> DataFrame:
    """The records of files that came by one server."""
    own = [c for c in contract.columns if not c.name.startswith("_")]
    told = [name for name, _, _ in LOG_COLUMNS] if contract.delivery == "log" else []
    schema = ", ".join(
        ["_source_row_id string", "_source_file string", "_source_line bigint", "_landed_at timestamp", "_corrects string", "_problem string", "_raw string"]
        + [f"`{name}` string" for name in (*(f"_raw_{c.name}" for c in own), *told)]
    )
    listed = [
        {"hash": f["file_hash"], "path": str(root / f["archive_name"]), "landed_at": f["landed_at"], "is_fix": f["kind"] == "fix"}
        | {"dialect": dialect_of_file(contract, f)}
        for f in files
    ]
    places = spark.range(0, len(listed), 1, max(min(len(listed), MOST_TASKS), 1))
    raw = places.mapInArrow(batches(listed, dialect_of(contract).fields, [*(f"_raw_{c.name}" for c in own), *told]), schema)
    dialect = server.properties
    grouping = dialect.get("groupingSeparator", "none")
    columns = [
        typed(
            F.col(f"_raw_{c.name}"),
            c,
            dialect.get("decimalSeparator", "."),
            None if grouping == "none" else grouping,
            bool(dialect.get("trailingMinus", False)),
        ).alias(c.name)
        for c in own
    ]
    owner = F.lit(dialect["organisation"]) if "organisation" in dialect else F.col(f"_raw_{dialect['organisationColumn']}")
    kept = [f"_raw_{c.name}" for c in own if c.type != "string"]
    happened = [told_value(name) for name in told]
    origin: list[Column] = [F.col(name) for name in ("_source_row_id", "_source_file", "_source_line", "_landed_at", "_corrects", "_problem", "_raw")]
    return raw.select(*columns, *origin, owner.alias("_organisation_id"), *happened, *[F.col(name) for name in kept])


def told_value(name: str) -> Column:
    """What an event says of itself, typed."""
    if name == "_happened_at":
        return F.timestamp_micros(F.col(name).cast("bigint")).alias(name)
    return F.col(name).cast("bigint").alias(name) if name == "_sequence" else F.col(name)


def batches(files: list[dict[str, Any]], columns: Sequence[str], names: list[str]) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """What runs on an executor: the files whose places in the list it is given, as Arrow record batches in the raw schema."""

    def read(places: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in places:
            for place in batch.column("id").to_pylist():
                file = files[place]
                for part in records(Path(file["path"]), file["dialect"]):
                    yield with_origin(part, file, columns, names)

    return read


def with_origin(part: pa.RecordBatch, file: dict[str, Any], columns: Sequence[str], names: list[str]) -> pa.RecordBatch:
    """The records with where they came from; a column that the file was not yet expected to have is empty."""
    size = part.num_rows
    row_ids = pc.binary_join_element_wise(file["hash"], pc.cast(part.column("_record"), pa.string()), ":")
    landed = pa.array([file["landed_at"]], pa.timestamp("us", tz="UTC")).take(pa.array([0] * size, pa.int32()))
    corrects = part.column("_corrects") if file["is_fix"] else pa.nulls(size, pa.string())
    origin = [row_ids, pa.repeat(file["hash"], size), part.column("_line"), landed, corrects, part.column("_problem"), part.column("_raw")]
    own = [part.column(name) if name in part.schema.names else pa.nulls(size, pa.string()) for name in columns]
    heads = ["_source_row_id", "_source_file", "_source_line", "_landed_at", "_corrects", "_problem", "_raw"]
    return pa.RecordBatch.from_arrays(origin + own, names=[*heads, *names])


def bronze_rules(contract: Contract, feed: Feed) -> tuple[Rule, ...]:
    """Damaged records, values that are not what the contract says, and the contract's own rules, in this order."""
    own = [c for c in contract.columns if not c.name.startswith("_")]
    damaged = Rule(f"{contract.name}.record", "record", "_problem is null", "quarantine", "The record {_problem}; correct it at the source.")
    casts = [cast_rule(contract, c) for c in own if c.type != "string"]
    implied = [asked_of_text(rule, contract) for rule in rows.rules(contract, feed)]
    rules = [spared(rule) for rule in casts + implied]
    if contract.delivery == "log":
        rules = [told_of_row(contract), *(spared_where_deleted(rule, contract) for rule in rules)]
    return (damaged, *rules)


def told_of_row(contract: Contract) -> Rule:
    """What an event log holds besides changes of rows is no row: tombstones, and operations to be ignored."""
    return Rule(f"{contract.name}.no_row", "no_row", "_problem is not null or _operation in ('upsert', 'delete')", "exclude", "The event is about no row.")


def spared_where_deleted(rule: Rule, contract: Contract) -> Rule:
    """Of a row that is gone a source may tell the key alone."""
    if rule.column in contract.key:
        return rule
    return Rule(rule.id, rule.name, f"coalesce(_operation, '') = 'delete' or ({rule.predicate})", rule.severity, rule.message, rule.column)


def asked_of_text(rule: Rule, contract: Contract) -> Rule:
    """A value that came but cannot be read is wrong, not missing."""
    if rule.id.endswith(".required") and rule.column and contract.column(rule.column).type != "string":
        return Rule(rule.id, rule.name, f"`_raw_{rule.column}` is not null", rule.severity, rule.message, rule.column)
    return rule


def spared(rule: Rule) -> Rule:
    """A damaged record is reported as that, and not once more for every column."""
    return Rule(rule.id, rule.name, f"_problem is not null or ({rule.predicate})", rule.severity, rule.message, rule.column)


def new_files(lakehouse: Lakehouse, contract: Contract) -> list[dict[str, Any]]:
    """Landed files that no recorded build took in since they came; `is_held` where a commit holds their rows nevertheless.

    That is so where a build ended before its record, and where a full delivery went back to an earlier state.
    """
    landed = sorted((r for r in lakehouse.books.read("landing", table_name=contract.name) if r["status"] == "landed"), key=lambda r: r["landed_at"])
    recorded = {h: row["finished_at"] for row in lakehouse.books.read("commit", table_name=contract.name) for h in json.loads(row["consumed"])}
    held = held_files(lakehouse, contract.name)
    last = {row["file_hash"]: row | {"is_held": row["file_hash"] in held} for row in landed}
    done = {h for h, row in last.items() if h in held and h in recorded and row["landed_at"] <= recorded[h]}
    return sorted((row for h, row in last.items() if h not in done), key=lambda row: row["landed_at"])


def rows_to_read(lakehouse: Lakehouse, consumed: Mapping[str, Any], contract: Contract) -> int:
    """How many rows a build has before it: those of its inputs, from files or from the log, and those that stand where it compares."""
    store = lakehouse.store
    read = sum(consumed.values()) if contract.layer == "bronze" else sum(store.row_count(table, version) for table, (_, version) in consumed.items())
    return int(read) + (store.row_count(contract.name) if contract.write.mode != "append" and store.exists(contract.name) else 0)


def row_count(lakehouse: Lakehouse, table: str, version: int) -> int:
    """Rows that an input has at a version, from the log; of a ledger the net ones."""
    if lakehouse.contract(table).write.mode != "ledger":
        return lakehouse.store.row_count(table, version)
    weights = lakehouse.store.dataset(table, version).to_table(columns=["weight"]).column("weight")
    return int(pc.sum(weights).as_py() or 0)
