"""The door to Delta: tables by name, versions, commits. Spark moves the many rows, delta-rs keeps the logs and small tables.

A commit carries what it consumed, its run and its fingerprint in `userMetadata`, and is fenced by an application id and
a rising transaction version: of two writers that read the same state the second fails.
"""

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from deltalake import CommitProperties, DeltaTable, Field, Schema, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from deltalake.transaction import RemoveAction
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

from emberlake.contracts.model import Contract
from emberlake.contracts.types import field_json, struct_json
from emberlake.errors import EmberlakeError
from emberlake.names import layer_of, short_name
from emberlake.runtime.settings import now
from emberlake.runtime.store import data_files
from emberlake.runtime.store.altering import additions, layout
from emberlake.runtime.store.reading import dataset_of, is_plain, refuse_unreadable

WRITE_ATTEMPTS = 10
NEWEST_COMMITS = 50
FILE = "_file"


class LostCommit(EmberlakeError):
    """Another writer changed the table since the build read it; nothing of the build is in the table."""


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

    def is_readable(self, table: str, version: int) -> bool:
        """Whether a version's log and files are there, and say by themselves what its rows are."""
        try:
            handle = self.handle(table, version)
        except (DeltaError, EmberlakeError):
            return False
        files = (self.path(table) / unquote(path) for path in actions(handle).column("path").to_pylist())
        return is_plain(handle) and all(file.exists() for file in files)

    def version(self, table: str) -> int:
        return int(self.handle(table).version())

    def standing(self, table: str) -> list[Any]:
        """[table id, version] as they are now; [None, None] where the table is not made yet."""
        if not self.exists(table):
            return [None, None]
        handle = self.handle(table)
        return [str(handle.metadata().id), int(handle.version())]

    def row_count(self, table: str, version: int | None = None, partition: Mapping[str, str] | None = None) -> int:
        """Rows in a version, or in one partition of it, from the log alone."""
        files = actions(self.handle(table, version))
        for column, value in (partition or {}).items():
            files = files.filter(pc.field(f"partition.{column}") == value)
        return sum(int(n or 0) for n in files.column("num_records").to_pylist())

    def row_counts(self, table: str, version: int | None = None) -> Counter[str]:
        """Rows of a version by the names of its files, from the log alone; other writers name several files alike."""
        files, counts = actions(self.handle(table, version)), Counter[str]()
        for path, count in zip(files.column("path").to_pylist(), files.column("num_records").to_pylist(), strict=True):
            counts[Path(unquote(path)).name] += int(count or 0)
        return counts

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

    def read(self, spark: SparkSession, table: str, version: int, names: Set[str] | None = None) -> DataFrame:
        """The rows of one version: pinned, whatever is committed meanwhile; with `names` those of the files of these names, and maybe more.

        The log is read here and Spark is handed the files: to let Delta replay the log of every input costs more than a
        small build (ADR 4).
        """
        return self.read_files(spark, table, self.handle(table, version), names).drop(FILE)

    def read_files(self, spark: SparkSession, table: str, handle: DeltaTable, names: Set[str] | None = None) -> DataFrame:
        """The rows of a version's files, or of those with these names, each with the name of its file as `_file`. Raises UnreadableTable."""
        refuse_unreadable(handle)
        schema = StructType.fromJson(json.loads(handle.schema().to_json()))
        paths = [unquote(path) for path in actions(handle).column("path").to_pylist()]
        files = [str(self.path(table) / path) for path in paths if names is None or Path(path).name in names]
        if not files:
            return spark.createDataFrame([], schema.add(FILE, "string"))
        frame = spark.read.schema(schema).option("basePath", str(self.path(table))).parquet(*files)
        return frame.select(*schema.names, F.col("_metadata.file_name").alias(FILE))

    def dataset(self, table: str, version: int | None = None) -> ds.Dataset:
        """The rows of one version as an Arrow dataset: for questions that need no cluster. Raises UnreadableTable."""
        return dataset_of(self.handle(table, version), self.path(table))

    def history(self, table: str, newest: int | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
        """(version, our metadata) of commits that a build made, newest first; of so many commits, or of all."""
        for commit in self.handle(table).history(newest):
            if text := commit.get("userMetadata"):
                yield int(commit["version"]), json.loads(text)

    def commit(self, table: str, version: int) -> dict[str, Any]:
        """Our metadata of the commit that made a version; empty where another writer made it."""
        (made,) = self.handle(table, version).history(1)
        return dict(json.loads(made.get("userMetadata") or "{}"))

    def next_transaction(self, table: str, job: str) -> int:
        return int(self.handle(table).transaction_version(job) or 0) + 1

    def append(self, frame: DataFrame, table: str, metadata: Mapping[str, Any], even_none: bool = True) -> int:
        """Bring the rows of a frame in; the version of the commit. With `even_none` no rows are a commit as well, for what it says."""
        return self.replace_files(frame, table, (), metadata, even_none)

    def replace_files(self, frame: DataFrame, table: str, gone: Iterable[str], metadata: Mapping[str, Any], even_none: bool = True) -> int:
        """Bring the rows of a frame in and take files (by name) out, in one commit; its version, or the one that stands where there was none."""
        handle, staged, names = self.handle(table), self.staging(table, metadata), set(gone)
        if self.next_transaction(table, metadata["job"]) != metadata["transaction"]:
            raise LostCommit(f"{table}: another writer was there since build {metadata['build_id']} read it. Run the table again.")
        files = data_files.stage(frame, staged, handle.metadata().partition_columns)
        added = data_files.bring_in(files, staged, self.path(table), handle)
        if not (added or names or even_none):
            shutil.rmtree(staged.parent, ignore_errors=True)
            return int(handle.version())
        try:
            data_files.commit(handle, added, removals(handle, names), metadata)
        except CommitFailedError as error:
            for action in added:
                (self.path(table) / action.path).unlink()
            raise LostCommit(f"{table}: another writer was there since build {metadata['build_id']} read it ({error}). Run the table again.") from error
        shutil.rmtree(staged.parent, ignore_errors=True)
        return self.own_commit(table, metadata)

    def replace_rows(self, frame: DataFrame, table: str, predicate: str, metadata: Mapping[str, Any]) -> int:
        """Put the rows of a frame in the place of those that a predicate names; the version of the commit.

        For a table that several builds write at once: a commit that lost to another one is tried again.
        """
        staged = self.staging(table, metadata)
        files = data_files.stage(frame, staged, ())
        schema = pa.schema(self.handle(table).schema().to_arrow())
        for attempt in Retrying(retry=retry_if_exception_type(CommitFailedError), stop=stop_after_attempt(WRITE_ATTEMPTS), reraise=True):
            with attempt:
                rows = ds.dataset([str(f) for f in files], schema=schema, format="parquet").scanner().to_reader()
                write_deltalake(self.handle(table), rows, mode="overwrite", predicate=predicate, commit_properties=data_files.properties(metadata))
        shutil.rmtree(staged.parent, ignore_errors=True)
        return self.own_commit(table, metadata)

    def staging(self, table: str, metadata: Mapping[str, Any]) -> Path:
        """Where one attempt of a job writes files before they belong to a table; beside it lies only what a crash left behind.

        No attempt has another's folder: Spark may still be writing for one whose process is gone.
        """
        return self.folder / "staging" / f"{table}~{metadata['job'].replace('/', '.')}" / uuid4().hex

    def own_commit(self, table: str, metadata: Mapping[str, Any]) -> int:
        """Version of the commit that carries our build id; raises LostCommit where there is none among the newest."""
        for commit in self.handle(table).history(NEWEST_COMMITS):
            if json.loads(commit.get("userMetadata") or "{}").get("build_id") == metadata["build_id"]:
                return int(commit["version"])
        raise LostCommit(f"{table}: the commit of build {metadata['build_id']} is not there; another writer was. Run the table again.")

    def append_small(self, table: str, rows: Iterable[Mapping[str, Any]], contract: Contract) -> None:
        """Append a few rows without Spark, in one commit."""
        schema = pa.schema(Schema.from_json(json.dumps(struct_json(contract))).to_arrow())
        data = pa.Table.from_pylist(list(rows), schema=schema)
        if data.num_rows:
            self.ensure(contract)
            write_deltalake(str(self.path(table)), data, mode="append", commit_properties=CommitProperties())


def actions(handle: DeltaTable) -> pa.Table:
    """One row per data file of a version: path, size, partition values, statistics."""
    return pa.table(handle.get_add_actions(flatten=True))


def removals(handle: DeltaTable, names: Set[str]) -> list[RemoveAction]:
    """The log's word that files are gone. Paths are told unescaped: one that is escaped twice names no file, and nothing would go."""
    listed = pa.table(handle.get_add_actions(flatten=False)).to_pylist()
    at = int(now().timestamp() * 1000)
    files = {unquote(row["path"]): row for row in listed}
    return [RemoveAction(path, True, at, int(row["size_bytes"]), row.get("partition") or {}) for path, row in files.items() if Path(path).name in names]
