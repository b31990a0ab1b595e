"""Reading: landed files become the rows of a bronze table, and tables become the inputs of a function.

A bronze row is typed by its source's dialect; the text as it came stands beside it as `_raw_<column>` until it is judged.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from emberlake.contracts import rows
from emberlake.contracts.model import Contract, Feed, Rule
from emberlake.runtime.conform import cast_rule, typed
from emberlake.runtime.extracts.reading import records
from emberlake.runtime.extracts.refusal import UnreadableExtract
from emberlake.runtime.file_dialect import dialect_of, dialect_of_file
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.ledger import POSTING, net

MOST_TASKS = 256


def bronze_frame(spark: SparkSession, contract: Contract, files: Sequence[dict[str, Any]], root: Path) -> DataFrame:
    """The records of landed files, typed, with `_problem` and `_raw` of those that are damaged; one task per file.

    Raises UnreadableExtract where a kept copy is gone or is not of the size that landed.
    """
    for file in files:
        kept = root / file["archive_name"]
        if not kept.is_file() or kept.stat().st_size != file["byte_count"]:
            raise UnreadableExtract(kept, f"is the kept copy of {file['file_name']} and is gone or was changed; restore it from a backup")
    own = [c for c in contract.columns if not c.name.startswith("_")]
    schema = ", ".join(
        ["_source_row_id string", "_source_file string", "_source_line bigint", "_landed_at timestamp", "_corrects string", "_problem string", "_raw string"]
        + [f"`_raw_{c.name}` string" for c in own]
    )
    listed = [
        {"hash": f["file_hash"], "path": str(root / f["archive_name"]), "landed_at": f["landed_at"], "is_fix": f["kind"] == "fix"}
        | {"dialect": dialect_of_file(contract, f)}
        for f in files
    ]
    places = spark.range(0, len(listed), 1, max(min(len(listed), MOST_TASKS), 1))
    raw = places.mapInArrow(batches(listed, dialect_of(contract).columns, [f"_raw_{c.name}" for c in own]), schema)
    assert contract.server is not None
    dialect = contract.server.properties
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
    return raw.select(
        *columns, "_source_row_id", "_source_file", "_source_line", "_landed_at", owner.alias("_organisation_id"), "_corrects", *kept, "_problem", "_raw"
    )


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
    return (damaged, *[spared(rule) for rule in casts + implied])


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


def held_files(lakehouse: Lakehouse, table: str, version: int | None = None) -> dict[str, int]:
    """Hash of each file whose rows a version of a bronze table holds → the last version that took it in, anew or again."""
    held: dict[str, int] = {}
    if lakehouse.store.exists(table):
        for at, commit in lakehouse.store.history(table):
            if version is None or at <= version:
                held |= {h: max(at, held.get(h, -1)) for h in commit["consumed"]}
    return held


def input_frame(lakehouse: Lakehouse, table: str, version: int) -> tuple[DataFrame, dict[str, Any]]:
    """An input at a version, as functions see it, with the conditions that hold rows back (rule id → condition).

    Of a bronze table rows that a fix replaces and rows of superseded full deliveries are held back; of a ledger the net
    rows are seen.
    """
    contract = lakehouse.contract(table)
    frame = lakehouse.store.read(lakehouse.spark, table, version)
    if contract.write.mode == "ledger":
        return net(frame).drop(*POSTING), {}
    if contract.layer != "bronze":
        return frame, {}
    held: dict[str, Any] = {}
    fixes = corrections(lakehouse, table, version)
    superseded = superseded_files(lakehouse, contract, version, fixes)
    is_superseded = F.col("_source_file").isin(superseded)
    if superseded:
        held[f"{table}.superseded"] = is_superseded
    if fixes:  # what is superseded is counted as that alone
        held[f"{table}.corrected"] = F.col("_source_row_id").isin(sorted(fixes)) & ~is_superseded
    return frame, held


def rows_to_read(lakehouse: Lakehouse, consumed: Mapping[str, Any], contract: Contract) -> int:
    """How many rows a build has before it: those of its inputs, from files or from the log, and those that stand."""
    store = lakehouse.store
    read = sum(consumed.values()) if contract.layer == "bronze" else sum(store.row_count(table, version) for table, (_, version) in consumed.items())
    return int(read) + (store.row_count(contract.name) if store.exists(contract.name) else 0)


def row_count(lakehouse: Lakehouse, table: str, version: int) -> int:
    """Rows that an input has at a version, from the log; of a ledger the net ones."""
    if lakehouse.contract(table).write.mode != "ledger":
        return lakehouse.store.row_count(table, version)
    weights = lakehouse.store.dataset(table, version).to_table(columns=["weight"]).column("weight")
    return int(pc.sum(weights).as_py() or 0)


def corrections(lakehouse: Lakehouse, table: str, version: int) -> dict[str, str]:
    """Row id that is corrected → file of the fix."""
    if not lakehouse.books.read("landing", table_name=table, kind="fix"):
        return {}
    found = lakehouse.store.dataset(table, version).to_table(columns=["_corrects", "_source_file"], filter=pc.field("_corrects").is_valid())
    return dict(zip(found.column("_corrects").to_pylist(), found.column("_source_file").to_pylist(), strict=True))


def superseded_files(lakehouse: Lakehouse, contract: Contract, version: int | None = None, fixes: Mapping[str, str] | None = None) -> list[str]:
    """Files of earlier full deliveries, and fixes of their rows: the newest is the whole entity.

    Newest of those that a version of the table holds, or without a version of all that landed.
    """
    if contract.server is None or contract.server.properties["delivery"] != "full":
        return []
    files = [r for r in lakehouse.books.read("landing", table_name=contract.name, kind="extract") if r["status"] == "landed"]
    held: dict[str, int] = {}
    if version is not None:
        held = held_files(lakehouse, contract.name, version)
        files = [r for r in files if r["file_hash"] in held]
    newest = max(files, key=lambda r: (held.get(r["file_hash"], 0), r["landed_at"]), default=None)
    gone = {r["file_hash"] for r in files if newest and r["file_hash"] != newest["file_hash"]}
    waiting = dict(fixes or {})
    while later := {row_id: file for row_id, file in waiting.items() if row_id.split(":", 1)[0] in gone}:
        gone |= set(later.values())
        waiting = {row_id: file for row_id, file in waiting.items() if row_id not in later}
    return sorted(gone)
