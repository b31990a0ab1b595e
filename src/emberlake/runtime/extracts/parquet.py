"""Parquet files: opened, refused where they are cut or have other columns, and their rows with problems marked.

NaN is null in a file that pandas wrote, which has no other mark for a missing number; elsewhere NaN is a problem, and
infinity and what lies beyond the years 1 to 9999 are one everywhere. A file is counted by decoding all of it: one that is
damaged in the middle is refused when it lands, not when it is loaded.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from emberlake.runtime.extracts import limits
from emberlake.runtime.extracts.batches import Problem, record_batch, values
from emberlake.runtime.extracts.columns import refuse_other_columns
from emberlake.runtime.extracts.counts import Counts, Note
from emberlake.runtime.extracts.dialect import Dialect
from emberlake.runtime.extracts.parquet_values import is_known_zone, odd, plain, text_of
from emberlake.runtime.extracts.refusal import UnreadableExtract


def count(path: Path, dialect: Dialect, note: Note) -> Counts:
    """Rows of a file, each of whose blocks `note` sees; a row counts as a line."""
    with path.open("rb") as raw:
        while block := raw.read(limits.BLOCK_BYTES):
            note(block)
    with _open(path, dialect) as file:
        rows = sum(batch.num_rows for batch in _batches(path, file, dialect))
    return Counts(rows, rows, is_multiline=False, is_terminated=True)


def records(path: Path, dialect: Dialect) -> Iterator[pa.RecordBatch]:
    """Batches of the rows of a file, in its order."""
    first = 1
    with _open(path, dialect) as file:
        by_pandas = b"pandas" in (file.schema_arrow.metadata or {})
        for batch in _batches(path, file, dialect):
            yield _batch(dialect, first, batch, by_pandas)
            first += batch.num_rows


def _batches(path: Path, file: pq.ParquetFile, dialect: Dialect) -> Iterator[pa.RecordBatch]:
    """Rows as the file has them, whole, valid and as many as it says."""
    count = 0
    try:
        for batch in file.iter_batches(limits.MAX_BATCH_RECORDS, columns=list(dialect.columns), use_threads=False):
            batch.validate(full=True)
            yield batch
            count += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        raise UnreadableExtract(path, f"is damaged behind record {count} ({_first_line(error)}). Ask the source to send it again.") from error
    if count != file.metadata.num_rows:
        raise UnreadableExtract(path, f"is damaged: it announces {file.metadata.num_rows} records and holds {count}. Ask the source to send it again.")


def _open(path: Path, dialect: Dialect) -> pq.ParquetFile:
    """Open a Parquet file, refuse one that is cut or has other columns."""
    if not path.stat().st_size:
        raise UnreadableExtract(path, "is empty (0 bytes). Ask the source to send it again.")
    try:
        file = pq.ParquetFile(path, page_checksum_verification=True)
        schema = file.schema_arrow
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise UnreadableExtract(
            path,
            f"is no complete Parquet file ({_first_line(error)}): it was cut or is of another format. Ask the source "
            "to send it again, or correct the format in its contract.",
        ) from error
    refuse_other_columns(path, dialect, tuple(schema.names))
    for field in schema:
        if pa.types.is_nested(plain(field.type)):
            raise UnreadableExtract(path, f"has nested values ({field.type}) in column {field.name!r}; flatten them.")
        if not is_known_zone(plain(field.type)):
            raise UnreadableExtract(path, f"has times in an unknown zone ({field.type}) in column {field.name!r}; export them in UTC.")
    return file


def _batch(dialect: Dialect, first: int, batch: pa.RecordBatch, by_pandas: bool) -> pa.RecordBatch:
    problems: dict[int, Problem] = {}
    texts = [text_of(batch.column(name)) for name in dialect.columns]
    for index, name in enumerate(dialect.columns):
        column = batch.column(name)
        if by_pandas and pa.types.is_floating(plain(column.type)):
            texts[index] = pc.if_else(pc.equal(texts[index], "nan"), None, texts[index])
        which, why = odd(column, texts[index])
        for at in np.flatnonzero(which.to_numpy(zero_copy_only=False)).tolist():
            raw = {key: text[at].as_py() for key, text in zip(dialect.columns, texts, strict=True)}
            problems[at] = Problem(f"has {texts[index][at].as_py()} in column {name!r}, {why}", json.dumps(raw, ensure_ascii=False))
    good = np.ones(batch.num_rows, dtype=bool)
    good[list(problems)] = False
    columns = [values(pc.if_else(pa.array(good), text, None) if problems else text, dialect) for text in texts]
    return record_batch(dialect, first, np.arange(first, first + batch.num_rows), columns, problems)


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
