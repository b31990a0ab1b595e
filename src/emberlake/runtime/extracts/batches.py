"""The batch of Arrow that a stretch of records becomes, its bad records marked and their values null."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from emberlake.runtime.extracts import limits
from emberlake.runtime.extracts.dialect import Dialect


class Problem(NamedTuple):
    """What is wrong with one record, and the record as it stands in the file."""

    text: str
    raw: str


def record_batch(dialect: Dialect, first: int, lines: npt.NDArray[np.int64], columns: list[Any], problems: Mapping[int, Problem]) -> pa.RecordBatch:
    """Batch of the records from number `first` on; `problems` are by position in the batch, whose values are null."""
    count = len(lines)
    texts: list[str | None] = [None] * count
    raws: list[str | None] = [None] * count
    for position, problem in problems.items():
        texts[position], raws[position] = problem.text, _shortened(problem.raw)
    numbers = pa.array(np.arange(first, first + count, dtype=np.int64))
    arrays = [numbers, pa.array(lines), pa.array(texts, pa.string()), pa.array(raws, pa.string()), *columns]
    return pa.RecordBatch.from_arrays(arrays, schema=dialect.schema)


def values(texts: Any, dialect: Dialect) -> Any:
    """Texts of one column as the dialect means them: trimmed, and null where they mean "no value"."""
    if dialect.trim:
        texts = pc.utf8_trim(texts, characters=" ")
    empty = pc.is_in(texts, value_set=pa.array(["", *dialect.null_text], pa.string()))
    return pc.if_else(empty, pa.scalar(None, pa.string()), texts) if pc.any(empty).as_py() else texts


def _shortened(raw: str) -> str:
    if len(raw) <= limits.RAW_CHARACTERS:
        return raw
    return f"{raw[: limits.RAW_CHARACTERS]} [cut here: the record has {len(raw):,} characters]"
