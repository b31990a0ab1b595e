"""Reading: landed files become the rows of a bronze table, and tables become the inputs of a function.

A bronze row is typed by its source's dialect; the text as it came stands beside it as `_raw_<column>` until it is judged.
"""

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
from emberlake.runtime.extracts.dialect import Dialect
from emberlake.runtime.extracts.reading import records
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.landing import FIX_COLUMNS, dialect_of, fix_dialect
from emberlake.runtime.ledger import POSTING, net

MOST_TASKS = 256


def bronze_frame(spark: SparkSession, contract: Contract, files: Sequence[dict[str, Any]], root: Path) -> DataFrame:
    """The records of landed files, typed, with `_problem` and `_raw` of those that are damaged; one task per file."""
    own = [c for c in contract.columns if not c.name.startswith("_")]
    schema = ", ".join(
        ["_source_row_id string", "_source_file string", "_source_line bigint", "_landed_at timestamp", "_corrects string", "_problem string", "_raw string"]
        + [f"`_raw_{c.name}` string" for c in own]
    )
    listed = [{"hash": f["file_hash"], "path": str(root / f["archive_name"]), "landed_at": f["landed_at"], "is_fix": f["kind"] == "fix"} for f in files]
    places = spark.range(0, len(listed), 1, max(min(len(listed), MOST_TASKS), 1))
    raw = places.mapInArrow(batches(listed, dialect_of(contract), fix_dialect(contract), [f"_raw_{c.name}" for c in own]), schema)
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


def batches(files: list[dict[str, Any]], extract: Dialect, fix: Dialect, names: list[str]) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """What runs on an executor: the files whose places in the list it is given, as Arrow record batches in the raw schema."""

    def read(places: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in places:
            for place in batch.column("id").to_pylist():
                file = files[place]
                for part in records(Path(file["path"]), fix if file["is_fix"] else extract):
                    yield with_origin(part, file, extract, names)

    return read


def with_origin(part: pa.RecordBatch, file: dict[str, Any], dialect: Dialect, names: list[str]) -> pa.RecordBatch:
    size = part.num_rows
    row_ids = pc.binary_join_element_wise(file["hash"], pc.cast(part.column("_record"), pa.string()), ":")
    landed = pa.array([file["landed_at"]], pa.timestamp("us", tz="UTC")).take(pa.array([0] * size, pa.int32()))
    corrects = part.column("_corrects") if file["is_fix"] else pa.nulls(size, pa.string())
    origin = [row_ids, pa.repeat(file["hash"], size), part.column("_line"), landed, corrects, part.column("_problem"), part.column("_raw")]
    columns = origin + [part.column(name) for name in dialect.columns]
    return pa.RecordBatch.from_arrays(columns, names=["_source_row_id", "_source_file", "_source_line", "_landed_at", "_corrects", "_problem", "_raw", *names])


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
    """Landed files that no commit of the bronze table holds yet."""
    landed = [row for row in lakehouse.books.read("landing", table_name=contract.name) if row["status"] == "landed"]
    held = {h for _, commit in lakehouse.store.history(contract.name) for h in commit["consumed"]} if lakehouse.store.exists(contract.name) else set()
    return sorted((row for row in landed if row["file_hash"] not in held), key=lambda row: row["landed_at"])


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
    if corrected := corrected_rows(lakehouse, table, version):
        held[f"{table}.corrected"] = F.col("_source_row_id").isin(corrected)
    if superseded := superseded_files(lakehouse, contract):
        held[f"{table}.superseded"] = F.col("_source_file").isin(superseded)
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


def corrected_rows(lakehouse: Lakehouse, table: str, version: int) -> list[str]:
    if not lakehouse.books.read("landing", table_name=table, kind="fix"):
        return []
    found = lakehouse.store.dataset(table, version).to_table(columns=["_corrects"], filter=pc.field("_corrects").is_valid())
    return sorted(set(found.column("_corrects").to_pylist()))


def superseded_files(lakehouse: Lakehouse, contract: Contract) -> list[str]:
    """Files of earlier full deliveries: the newest one is the whole entity."""
    if contract.server is None or contract.server.properties["delivery"] != "full":
        return []
    files = [r for r in lakehouse.books.read("landing", table_name=contract.name, kind="extract") if r["status"] == "landed"]
    newest = max(files, key=lambda r: r["landed_at"], default=None)
    return [r["file_hash"] for r in files if newest and r["file_hash"] != newest["file_hash"]]


__all__ = ["FIX_COLUMNS", "bronze_frame", "bronze_rules", "input_frame", "new_files", "row_count"]
