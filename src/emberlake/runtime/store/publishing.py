"""A log of its own for a folder of files: how a version of a table is published."""

import json
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable
from deltalake.transaction import AddAction, create_table_with_add_actions

from emberlake.runtime.store.reading import refuse_unreadable


def publish_table(handle: DeltaTable, target: Path) -> None:
    """Give a folder that holds the files of a version a log of its own, with one commit that names them. Raises UnreadableTable."""
    refuse_unreadable(handle)
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
