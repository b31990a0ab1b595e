"""Data files: Spark writes rows as Parquet beside a table, and one commit of the log brings files in and takes others out.

A frame is written to a folder of its own first, so that nothing half done ever lies between the files of a table.
"""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, Transaction
from deltalake.transaction import AddAction, RemoveAction
from pyspark.sql import DataFrame

from emberlake.errors import EmberlakeError

NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
STATISTICS = "delta.dataSkippingStatsColumns"


class MissingValue(EmberlakeError):
    """A column that the contract requires is empty in a row that no rule stopped; nothing was written."""


def stage(frame: DataFrame, folder: Path, partitions: Sequence[str]) -> list[Path]:
    """Write the frame's rows below a new folder, as `<column>=<value>/*.parquet`; the files. What lies beside it goes."""
    shutil.rmtree(folder.parent, ignore_errors=True)
    frame.write.partitionBy(*partitions).parquet(str(folder))
    return sorted(folder.rglob("*.parquet"))


def bring_in(files: Sequence[Path], staged: Path, table: Path, handle: DeltaTable) -> list[AddAction]:
    """Move staged files to the table's folder; what the log is to say of each. Raises MissingValue and moves nothing.

    Files of several partitions that one task wrote share a name; here each gets one of its own, for files are told by their names.
    """
    found = [(file, pq.read_metadata(file)) for file in files]
    found = [(file, footer) for file, footer in found if footer.num_rows]
    required = {field.name for field in handle.schema().fields if not field.nullable}
    for file, footer in found:
        if empty := sorted(required & empty_columns(file, footer)):
            raise MissingValue(f"{table.name}: {', '.join(empty)} is required and empty in some row of {file.name}; add a rule that stops such rows")
    counted = (handle.metadata().configuration.get(STATISTICS) or "").split(",")
    actions = []
    for number, (file, footer) in enumerate(found):
        place = file.relative_to(staged).with_name(f"{number:05d}-{file.name}")
        target = table / place
        target.parent.mkdir(parents=True, exist_ok=True)
        file.replace(target)
        stat = target.stat()
        told = json.dumps(statistics(footer, counted))
        actions.append(AddAction(str(place), stat.st_size, partition_values(place), int(stat.st_mtime * 1000), True, told))
    return actions


def commit(handle: DeltaTable, added: Sequence[AddAction], removed: Sequence[RemoveAction], metadata: Mapping[str, Any]) -> None:
    """One commit, refused by the log where this job's transaction was already taken by another writer."""
    partitions = list(handle.metadata().partition_columns)
    handle.create_write_transaction([*added, *removed], "append", handle.schema(), partitions, commit_properties=properties(metadata))


def properties(metadata: Mapping[str, Any]) -> CommitProperties:
    """What travels in a commit: our metadata, and the fence of application id and rising version."""
    fence = Transaction(metadata["job"], metadata["transaction"])
    return CommitProperties(custom_metadata={"userMetadata": json.dumps(metadata, default=str)}, app_transactions=[fence])


def partition_values(place: Path) -> dict[str, str | None]:
    """`source_system=sap/period=2025-01/x.parquet` → the values, None where the row had none."""
    pairs = (unquote(part).split("=", 1) for part in place.parent.parts)
    return {name: None if value == NO_VALUE else value for name, value in pairs}


def statistics(footer: pq.FileMetaData, counted: Sequence[str]) -> dict[str, Any]:
    """Number of rows, and of the counted columns least, greatest and empty values, in the words of the Delta protocol.

    Of a column whose footer does not tell them in every row group, as of texts of some kilobytes, nothing is told.
    """
    least: dict[str, Any] = {}
    greatest: dict[str, Any] = {}
    nulls: dict[str, int] = {}
    untold: set[str] = set()
    for name, chunk in column_chunks(footer):
        if name not in counted:
            continue
        found = chunk.statistics
        if found is None or not found.has_null_count:
            untold.add(name)
            continue
        nulls[name] = nulls.get(name, 0) + found.null_count
        if found.has_min_max and isinstance(found.min, (str, int, date)):
            least[name] = min(least.get(name, found.min), found.min)
            greatest[name] = max(greatest.get(name, found.max), found.max)
        elif found.null_count < chunk.num_values:
            untold.add(name)
    shown = {"minValues": {n: told(v) for n, v in least.items() if n not in untold}, "maxValues": {n: told(v) for n, v in greatest.items() if n not in untold}}
    return {"numRecords": footer.num_rows, **shown, "nullCount": {n: count for n, count in nulls.items() if n not in untold}}


def told(value: str | int | date) -> str | int:
    return value.isoformat() if isinstance(value, date) else value


def empty_columns(file: Path, footer: pq.FileMetaData) -> set[str]:
    """Columns that are empty in some row; of those whose footer does not tell it the values are read."""
    chunks = list(column_chunks(footer))
    untold = {name for name, chunk in chunks if chunk.statistics is None or not chunk.statistics.has_null_count}
    empty = {name for name, chunk in chunks if name not in untold and chunk.statistics.null_count}
    return empty | {name for name in untold if pq.read_table(file, columns=[name], partitioning=None).column(name).null_count}


def column_chunks(footer: pq.FileMetaData) -> Iterator[tuple[str, Any]]:
    """(column, its part) of every row group; columns inside structs and lists are left out."""
    for group in range(footer.num_row_groups):
        for at in range(footer.num_columns):
            chunk = footer.row_group(group).column(at)
            if "." not in chunk.path_in_schema:
                yield chunk.path_in_schema, chunk
