"""The rows of a version for Arrow, whoever wrote the files.

delta-rs writes texts as string views where it changes rows in place, and Arrow cannot compare those with a text that it is asked for; read as
dictionaries they can be.
"""

import re
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
from deltalake import DeltaTable
from pyarrow.fs import LocalFileSystem, SubTreeFileSystem

from emberlake.errors import EmberlakeError

OWN_NAME = re.compile(r"\d{5}-part-")  # as `data_files.bring_in` names files


class UnreadableTable(EmberlakeError):
    """Another writer gave a table features by which its files alone no longer say what its rows are."""


def dataset_of(handle: DeltaTable, folder: Path) -> ds.Dataset:
    """A version of the table in a folder as an Arrow dataset. Raises UnreadableTable.

    Read by Arrow's own file system: that of delta-rs is Python behind Arrow's threads, and a process that ends while one
    of them is still at work is aborted.
    """
    refuse_unreadable(handle)
    found = handle.to_pyarrow_dataset(filesystem=SubTreeFileSystem(str(folder), LocalFileSystem()))
    fragments = [readable(fragment) for fragment in found.get_fragments()]
    return ds.FileSystemDataset(fragments, found.schema, found.format, found.filesystem)


def readable(fragment: ds.Fragment) -> ds.Fragment:
    """The same rows, with texts that another writer keeps as views read as dictionaries."""
    if OWN_NAME.match(Path(fragment.path).name):
        return fragment
    views = {field.name for field in fragment.physical_schema if field.type == pa.string_view()}
    if not views:
        return fragment
    as_dictionaries = ds.ParquetFileFormat(read_options=ds.ParquetReadOptions(dictionary_columns=views))
    return as_dictionaries.make_fragment(fragment.path, fragment.filesystem, fragment.partition_expression)


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
