"""The rows of a version for Arrow, whoever wrote the files.

Of a file Arrow is told what the log surely says of all its rows, by which it is passed over. delta-rs tells more: where the log has no least
value of a column, for none is kept of texts of some kilobytes, it says that all values are at least nothing, and no filter finds them. It also
tells the least value of a column in which some rows are empty, and no filter finds those.

delta-rs writes texts as string views where it changes rows in place, and Arrow cannot compare those with a text that it is asked for; read as
dictionaries they can be.
"""

import re
from collections.abc import Iterator, Mapping
from functools import reduce
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from deltalake import DeltaTable
from pyarrow.fs import FileSystem, LocalFileSystem, SubTreeFileSystem

from emberlake.errors import EmberlakeError

EXACT = (pa.string(), pa.int32(), pa.int64(), pa.date32())  # types whose bounds hold, whoever tells them; of moments Spark keeps milliseconds
FEW = 1_000  # rows that are sooner read than passed over
OWN_NAME = re.compile(r"\d{5}-part-")  # as `data_files.bring_in` names files


class UnreadableTable(EmberlakeError):
    """Another writer gave a table features by which its files alone no longer say what its rows are."""


def dataset_of(handle: DeltaTable, folder: Path) -> ds.Dataset:
    """A version of the table in a folder as an Arrow dataset. Raises UnreadableTable.

    Read by Arrow's own file system: that of delta-rs is Python behind Arrow's threads, and a process that ends while one
    of them is still at work is aborted.
    """
    refuse_unreadable(handle)
    files, schema = SubTreeFileSystem(str(folder), LocalFileSystem()), pa.schema(handle.schema().to_arrow())
    plain = ds.ParquetFileFormat(default_fragment_scan_options=ds.ParquetFragmentScanOptions(pre_buffer=True))
    fragments = []
    for row in pa.table(handle.get_add_actions(flatten=True)).to_pylist():
        path = unquote(row["path"])
        fragments.append(readable(plain, path, files).make_fragment(path, files, reduce(lambda a, b: a & b, said_of(row, schema), pc.scalar(True))))
    return ds.FileSystemDataset(fragments, schema, plain, files)


def said_of(file: Mapping[str, Any], schema: pa.Schema) -> Iterator[pc.Expression]:
    """What the log surely says of all rows of a file: partition values, and least and greatest values of columns in which none is empty."""
    for key, value in file.items():
        kind, _, name = key.partition(".")
        if kind == "partition":
            yield pc.field(name).is_null() if value is None else pc.field(name) == pa.scalar(value, schema.field(name).type)
        elif kind in ("min", "max") and value is not None and is_bound(file, name, schema):
            bound = pa.scalar(value, schema.field(name).type)
            yield pc.field(name) >= bound if kind == "min" else pc.field(name) <= bound


def is_bound(file: Mapping[str, Any], name: str, schema: pa.Schema) -> bool:
    """Whether the least and greatest values of a column bound all rows of a file that is worth being passed over."""
    return (file["num_records"] or 0) >= FEW and file.get(f"null_count.{name}") == 0 and schema.field(name).type in EXACT


def readable(plain: ds.ParquetFileFormat, path: str, files: FileSystem) -> ds.ParquetFileFormat:
    """How a file is read: texts that another writer keeps as views as dictionaries."""
    if OWN_NAME.match(Path(path).name):
        return plain
    views = {field.name for field in plain.inspect(path, files) if field.type == pa.string_view()}
    return ds.ParquetFileFormat(read_options=ds.ParquetReadOptions(dictionary_columns=views)) if views else plain


def is_plain(handle: DeltaTable) -> bool:
    """Whether the files of a version alone say what its rows are."""
    return bool(handle.protocol().min_reader_version == 1)


def refuse_unreadable(handle: DeltaTable) -> None:
    """Raise UnreadableTable where files alone do not say what the rows are."""
    if not is_plain(handle):
        raise UnreadableTable(
            f"{handle.table_uri.rstrip('/')}: another writer gave the table features (deletion vectors or column mapping) with which its files alone do not "
            "say what its rows are. Nothing was changed. Drop the features with their history, or put the folder back from a backup, and run again."
        )
