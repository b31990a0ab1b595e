"""The door to Delta: tables by name, versions, commits. Spark moves the many rows, delta-rs reads logs and small tables.

A commit carries what it consumed, its run and its fingerprint in `userMetadata`, and is fenced by an application id and
a rising transaction version, because Delta drops a stale second writer without a word.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from deltalake import CommitProperties, DeltaTable, Field, Schema, write_deltalake
from deltalake.exceptions import DeltaError, TableNotFoundError
from deltalake.transaction import AddAction, create_table_with_add_actions
from pyarrow.fs import LocalFileSystem, SubTreeFileSystem
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StructType

from emberlake.contracts.model import Contract
from emberlake.contracts.types import field_json, struct_json
from emberlake.errors import EmberlakeError
from emberlake.names import layer_of, short_name

APP_ID = "spark.databricks.delta.write.txnAppId"
APP_VERSION = "spark.databricks.delta.write.txnVersion"
USER_METADATA = "spark.databricks.delta.commitInfo.userMetadata"


class BreakingChange(EmberlakeError):
    """A contract differs from its table in a way that cannot be altered in place; the message is the plan."""


class LostCommit(EmberlakeError):
    """The commit found after a write is not ours: another writer was there."""


class Store:
    """Tables below one folder, `<folder>/<layer>/<table>`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, table: str) -> Path:
        return self.folder / layer_of(table) / short_name(table)

    def exists(self, table: str) -> bool:
        return bool(DeltaTable.is_deltatable(str(self.path(table))))

    def handle(self, table: str, version: int | None = None) -> DeltaTable:
        """The table's log at a version; raises EmberlakeError where there is no such table."""
        try:
            return DeltaTable(str(self.path(table)), version=version)
        except TableNotFoundError as error:
            raise EmberlakeError(f"table {table} does not exist in {self.folder}; run it first (emberlake run {table})") from error

    def version(self, table: str) -> int:
        return int(self.handle(table).version())

    def table_id(self, table: str) -> str:
        return str(self.handle(table).metadata().id)

    def row_count(self, table: str, version: int | None = None, partition: Mapping[str, str] | None = None) -> int:
        """Rows in a version, or in one partition of it, from the log alone."""
        files = actions(self.handle(table, version))
        for column, value in (partition or {}).items():
            files = files.filter(pc.field(f"partition.{column}") == value)
        return sum(int(n or 0) for n in files.column("num_records").to_pylist())

    def byte_count(self, table: str, version: int | None = None) -> int:
        return sum(int(n) for n in actions(self.handle(table, version)).column("size_bytes").to_pylist())

    def ensure(self, contract: Contract) -> None:
        """Create the table, or alter it by what the contract adds; raises BreakingChange for anything else."""
        path = self.path(contract.name)
        if not self.exists(contract.name):
            path.parent.mkdir(parents=True, exist_ok=True)
            schema = Schema.from_json(json.dumps(struct_json(contract)))
            try:
                DeltaTable.create(str(path), schema, partition_by=list(contract.partitions) or None, configuration=layout(contract))
            except DeltaError:  # a task beside this one may have made it meanwhile, from the same contract
                if not self.exists(contract.name):
                    raise
            return
        added = additions(contract, self.handle(contract.name))
        if added:
            fields = [Field.from_json(json.dumps(field_json(c.name, c.type, True, c.description))) for c in added]
            self.handle(contract.name).alter.add_columns(fields)

    def refuse_breaking(self, contract: Contract) -> None:
        """Raise BreakingChange where the table exists and the contract does not fit it; change nothing."""
        if self.exists(contract.name):
            additions(contract, self.handle(contract.name))

    def relax(self, spark: SparkSession, contract: Contract) -> None:
        """Let columns be empty that the contract no longer requires."""
        kept = {f["name"] for f in json.loads(self.handle(contract.name).schema().to_json())["fields"] if not f["nullable"]}
        for name in sorted(kept - {f["name"] for f in struct_json(contract)["fields"] if not f["nullable"]}):
            spark.sql(f"alter table delta.`{self.path(contract.name)}` alter column `{name}` drop not null")

    def read(self, spark: SparkSession, table: str, version: int) -> DataFrame:
        """The rows of one version: pinned, whatever is committed meanwhile.

        The log is read here and Spark is handed the files: to let Delta replay the log of every input costs more than a
        small build (ADR 4). Tables whose files alone do not say what the rows are, for example those with deletion
        vectors, are left to Delta.
        """
        handle = self.handle(table, version)
        if handle.protocol().min_reader_version > 1:
            return spark.read.format("delta").option("versionAsOf", version).load(str(self.path(table)))
        schema = StructType.fromJson(json.loads(handle.schema().to_json()))
        files = [str(self.path(table) / unquote(path)) for path in actions(handle).column("path").to_pylist()]
        if not files:
            return spark.createDataFrame([], schema)
        return spark.read.schema(schema).option("basePath", str(self.path(table))).parquet(*files).select(*schema.names)

    def dataset(self, table: str, version: int | None = None) -> ds.Dataset:
        """The rows of one version as an Arrow dataset: for questions that need no cluster.

        Read by Arrow's own file system: that of delta-rs is Python behind Arrow's threads, and a process that ends while one
        of them is still at work is aborted.
        """
        files = SubTreeFileSystem(str(self.path(table)), LocalFileSystem())
        return self.handle(table, version).to_pyarrow_dataset(filesystem=files)

    def history(self, table: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """(version, our metadata) of commits that a build made, newest first."""
        for commit in self.handle(table).history():
            if text := commit.get("userMetadata"):
                yield int(commit["version"]), json.loads(text)

    def next_transaction(self, table: str, job: str) -> int:
        return int(self.handle(table).transaction_version(job) or 0) + 1

    def append(self, frame: DataFrame, table: str, metadata: Mapping[str, Any], replace_where: str | None = None) -> int:
        """Append, or replace what a predicate names; the version of the commit."""
        with fenced(frame.sparkSession, metadata):
            writer = frame.write.format("delta").mode("overwrite" if replace_where else "append")
            if replace_where:
                writer = writer.option("replaceWhere", replace_where)
            writer.save(str(self.path(table)))
        return self.own_commit(table, metadata)

    def merge(self, changes: DataFrame, table: str, key: Sequence[str], columns: Sequence[str], literal: str | None, metadata: Mapping[str, Any]) -> int:
        """Apply inserts, updates and deletes (column `_change`) by key; `literal` narrows the target to one feed."""
        spark = changes.sparkSession
        changes.createOrReplaceTempView("emberlake_changes")
        on = " and ".join([f"t.`{k}` = s.`{k}`" for k in key] + ([literal] if literal else []))
        pairs = ", ".join(f"t.`{c}` = s.`{c}`" for c in columns)
        names, values = ", ".join(f"`{c}`" for c in columns), ", ".join(f"s.`{c}`" for c in columns)
        with fenced(spark, metadata):
            spark.sql(
                f"merge into delta.`{self.path(table)}` t using emberlake_changes s on {on}"
                f" when matched and s._change = 'delete' then delete when matched then update set {pairs}"
                f" when not matched and s._change <> 'delete' then insert ({names}) values ({values})"
            )
        return self.own_commit(table, metadata)

    def own_commit(self, table: str, metadata: Mapping[str, Any]) -> int:
        """Version of the commit that carries our build id; raises LostCommit where the newest is somebody else's."""
        for version, found in self.history(table):
            if found.get("build_id") == metadata["build_id"]:
                return version
            break
        raise LostCommit(f"{table}: the newest commit is not the one of build {metadata['build_id']}; another writer was there. Run the table again.")

    def append_small(self, table: str, rows: Iterable[Mapping[str, Any]], contract: Contract) -> None:
        """Append a few rows without Spark, in one commit."""
        schema = pa.schema(Schema.from_json(json.dumps(struct_json(contract))).to_arrow())
        data = pa.Table.from_pylist(list(rows), schema=schema)
        if data.num_rows:
            self.ensure(contract)
            write_deltalake(str(self.path(table)), data, mode="append", commit_properties=CommitProperties())


@contextmanager
def fenced(spark: SparkSession, metadata: Mapping[str, Any]) -> Iterator[None]:
    """Session settings that belong to one write: left on, they would silently skip other writes."""
    settings = {APP_ID: metadata["job"], APP_VERSION: str(metadata["transaction"]), USER_METADATA: json.dumps(metadata, default=str)}
    for key, value in settings.items():
        spark.conf.set(key, value)
    try:
        yield
    finally:
        for key in settings:
            spark.conf.unset(key)


def actions(handle: DeltaTable) -> pa.Table:
    return pa.table(handle.get_add_actions(flatten=True))


def publish_table(handle: DeltaTable, target: Path) -> None:
    """Give a folder that holds the files of a version a log of its own, with one commit that names them."""
    listed = pa.table(handle.get_add_actions(flatten=False)).to_pylist()
    adds = [
        AddAction(
            path=row["path"],
            size=int(row["size_bytes"]),
            modification_time=int(row["modification_time"]),
            partition_values=row.get("partition") or {},
            data_change=True,
            stats=json.dumps({"numRecords": int(row["num_records"] or 0)}),
        )
        for row in listed
    ]
    create_table_with_add_actions(str(target), handle.schema(), adds, "error", list(handle.metadata().partition_columns), name=handle.metadata().name)


def layout(contract: Contract) -> dict[str, str]:
    """Table properties: what every public reader can read, statistics only where queries filter."""
    days = f"interval {contract.retention_days} days"
    filtered = [*contract.key, *(c for c in ("period", "_source_row_id", "activity_id", "goods_receipt_id") if contract.has(c))]
    properties = {
        "delta.checkpointInterval": "1000",  # the first checkpoint of a tiny table costs more than its reads
        "delta.logRetentionDuration": days,
        "delta.deletedFileRetentionDuration": days,
        "delta.dataSkippingStatsColumns": ",".join(dict.fromkeys(c for c in filtered if c not in contract.partitions)),
    }
    if contract.write.mode in ("append", "ledger") and contract.name != "audit.quarantine":
        properties["delta.appendOnly"] = "true"
    return properties


def additions(contract: Contract, handle: DeltaTable) -> list[Any]:
    """Columns that the contract adds; raises BreakingChange with a plan for anything that is not an addition."""
    old = {f["name"]: f for f in json.loads(handle.schema().to_json())["fields"]}
    new = {f["name"]: f for f in struct_json(contract)["fields"]}
    breaks = [f"column {name} is gone" for name in old if name not in new]
    breaks += [f"column {n}: {old[n]['type']} becomes {new[n]['type']}" for n in new if n in old and old[n]["type"] != new[n]["type"]]
    breaks += [f"column {n} becomes required" for n in new if n in old and old[n]["nullable"] and not new[n]["nullable"]]
    added = [c for c in contract.columns if c.name not in old]
    breaks += [f"column {c.name} is new and required" for c in added if c.required]
    if list(handle.metadata().partition_columns) != list(contract.partitions):
        breaks.append(f"partitioned by {handle.metadata().partition_columns}, now {list(contract.partitions)}")
    if breaks:
        name = contract.name
        raise BreakingChange(
            f"{name}: the contract {contract.path.name} breaks the table that exists: {'; '.join(breaks)}. Nothing was changed. "
            f"Plan: 1. leave {name} as it is and name the new contract {name}_v2, with its function and cases; 2. point the "
            f"inputs of the tables that read {name} to {name}_v2; 3. run them; 4. remove {name} when nobody reads it."
        )
    return added
