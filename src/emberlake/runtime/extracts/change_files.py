"""Change files: a log as CSV or Parquet, each record the row as it is, with what happened to it in columns of its own."""

from collections.abc import Iterator

import pyarrow as pa

from emberlake.runtime.extracts.batches import Problem, record_batch
from emberlake.runtime.extracts.dialect import Dialect
from emberlake.runtime.extracts.events import event_texts


def events(batches: Iterator[pa.RecordBatch], dialect: Dialect) -> Iterator[pa.RecordBatch]:
    """The records of a file with what each says as an event; a record gives one."""
    for batch in batches:
        yield _told(batch, dialect)


def _told(batch: pa.RecordBatch, dialect: Dialect) -> pa.RecordBatch:
    assert dialect.events is not None
    problems: dict[int, Problem] = {}
    nothing: tuple[str | None, ...] = (None,) * len(dialect.fields)
    rows = []
    for at, record in enumerate(batch.to_pylist()):
        texts = nothing
        if record["_problem"] is not None:
            problems[at] = Problem(record["_problem"], record["_raw"])
        else:
            row = {name: record[name] for name in dialect.columns}
            try:
                (texts,) = event_texts(row, dialect.columns, dialect.events)
            except ValueError as error:
                problems[at] = Problem(str(error), dialect.delimiter.join(text or "" for text in row.values()))
        rows.append(texts)
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    first = batch.column("_record")[0].as_py()
    return record_batch(dialect, first, batch.column("_line").to_numpy(), columns, problems)
