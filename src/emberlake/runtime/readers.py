"""Raw extracts as records: each with its number, the line it began on, and what is wrong with it.

Pure Python and Arrow, so that the same code runs on the driver when a file lands and on an executor when it is loaded.
`_record` counts all data records from 1, bad ones too; `_line` counts lines from 1 and for Parquet equals it. All
values are text. Where `_problem` is set every value is null and `_raw` holds the record.

A JSON value is the text that the file has: numbers with all their digits, `true`, nested values as compact JSON. A
Parquet value is written in full: decimals and floats without exponent (a whole float without `.0`, because that is how
pandas stores whole numbers with gaps), dates and times in ISO 8601 with fractions as far as they are not zero, bytes in
lower case hexadecimal. NaN is null in a file that pandas wrote, which has no other mark for a missing number; elsewhere
NaN is a problem, and infinity is one everywhere.
"""

import codecs
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from emberlake.runtime import dialect as limits
from emberlake.runtime.csv_reader import CsvFile, refuse_other_columns
from emberlake.runtime.dialect import (
    Dialect,
    Problem,
    UnreadableExtract,
    decodes,
    record_batch,
    utf8_blocks,
    values,
)

__all__ = ["Dialect", "Inspection", "UnreadableExtract", "inspect", "records"]

_SINGLE_BYTE = ("cp125", "iso8859", "mac-", "latin")


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file is, before anything of it is loaded.

    `record_count` counts data records, bad ones too. `is_multiline` tells whether some record spans several lines, and
    `is_terminated` whether a row terminator follows the last record: without one, its last value may have been cut.
    """

    sha256: str
    bytes: int
    line_count: int
    record_count: int
    is_multiline: bool
    is_terminated: bool


def inspect(path: Path, dialect: Dialect) -> Inspection:
    """Read a file once, in blocks, and refuse it with `UnreadableExtract` if it cannot become records."""
    digest = hashlib.sha256()
    is_ascii = True

    def note(block: bytes) -> None:
        nonlocal is_ascii
        digest.update(block)
        is_ascii = is_ascii and block.isascii()

    lines, count, is_multiline, is_terminated = _COUNTERS[dialect.format](path, dialect, note)
    if dialect.format != "parquet" and not is_ascii:
        _refuse_mistaken_utf8(path, dialect.encoding)
    return Inspection(digest.hexdigest(), path.stat().st_size, lines, count, is_multiline, is_terminated)


def records(path: Path, dialect: Dialect) -> Iterator[pa.RecordBatch]:
    """Batches of the records of a file, in its order; raises `UnreadableExtract` where `inspect` would."""
    return _READERS[dialect.format](path, dialect)


def _refuse_mistaken_utf8(path: Path, encoding: str) -> None:
    """Any UTF-8 text is also text in a single-byte encoding, with two or three odd letters for each of its own."""
    codec = codecs.lookup(encoding).name
    if codec.startswith(_SINGLE_BYTE) and decodes(path, "utf-8"):
        raise UnreadableExtract(
            path,
            f"is declared as {encoding}, but every letter beyond ASCII in it is valid UTF-8. Set `encoding: utf-8` in "
            "the contract, or the names in it would be garbled.",
        )


def _count_csv(path: Path, dialect: Dialect, note: Callable[[bytes], None]) -> tuple[int, int, bool, bool]:
    file, count, is_multiline = CsvFile(path, dialect), 0, False
    for chunk in file.chunks(utf8_blocks(path, dialect.encoding, note)):
        count += chunk.count
        is_multiline = is_multiline or chunk.is_multiline
    return file.line_count, count, is_multiline, file.is_terminated


def _csv_records(path: Path, dialect: Dialect) -> Iterator[pa.RecordBatch]:
    file = CsvFile(path, dialect)
    for chunk in file.chunks(utf8_blocks(path, dialect.encoding)):
        yield from chunk.batches(dialect, file.names)


class _JsonFile:
    """A file with one JSON object a line; LF and CRLF end a line."""

    def __init__(self, path: Path, dialect: Dialect) -> None:
        self.path, self.dialect = path, dialect
        self.line_count = self.count = 0
        self.is_terminated = True

    def chunks(self, blocks: Iterator[bytes]) -> Iterator[tuple[int, list[bytes]]]:
        """Yield the number of the first line and whole lines, without the empty ones at the end of the file."""
        first, pending = 1, b""
        for block in chain(blocks, [None]):
            lines = (pending + (block or b"")).split(b"\n")
            rest = lines.pop()
            if block is None and rest.strip():
                self._accept_last(rest, first + len(lines))
                lines.append(rest)
                rest = b""
            self.line_count = first - 1 + len(lines) + bool(rest)
            full = next((at for at in range(len(lines), 0, -1) if lines[at - 1].strip()), 0)
            pending = b"\n".join([*lines[full:], rest])
            self._refuse_long([*lines[:full], pending], first)
            if full:
                self._refuse_array(lines, first)
                self.count = first - 1 + full
                yield first, lines[:full]
                first += full
        if not self.count:
            raise UnreadableExtract(self.path, "holds nothing but line ends. Ask the source to send it again.")

    def _refuse_long(self, lines: list[bytes], first: int) -> None:
        for at, line in enumerate(lines):
            if len(line) > limits.MAX_RECORD_BYTES:
                where = f"record {first + at} (line {first + at})"
                raise UnreadableExtract(self.path, f"holds more than 1 MiB in {where}; write one JSON object a line.")

    def _refuse_array(self, lines: list[bytes], first: int) -> None:
        if first == 1 and next(line for line in lines if line.strip()).lstrip().startswith(b"["):
            raise UnreadableExtract(self.path, "is a JSON array; export JSON lines instead: one object a line.")

    def _accept_last(self, line: bytes, number: int) -> None:
        self.is_terminated = False
        try:
            json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UnreadableExtract(
                self.path,
                f"ends in the middle of record {number} (line {number}): {error}. The file was cut; ask the source to send it again.",
            ) from error


def _count_json(path: Path, dialect: Dialect, note: Callable[[bytes], None]) -> tuple[int, int, bool, bool]:
    file = _JsonFile(path, dialect)
    for _ in file.chunks(utf8_blocks(path, dialect.encoding, note)):
        pass
    return file.line_count, file.count, False, file.is_terminated


def _json_records(path: Path, dialect: Dialect) -> Iterator[pa.RecordBatch]:
    for first, lines in _JsonFile(path, dialect).chunks(utf8_blocks(path, dialect.encoding)):
        for begin in range(0, len(lines), limits.MAX_BATCH_RECORDS):
            part = lines[begin : begin + limits.MAX_BATCH_RECORDS]
            yield _json_batch(dialect, first + begin, part)


def _json_batch(dialect: Dialect, first: int, lines: list[bytes]) -> pa.RecordBatch:
    problems: dict[int, Problem] = {}
    nothing: tuple[str | None, ...] = (None,) * len(dialect.columns)
    rows = []
    for at, line in enumerate(lines):
        try:
            rows.append(_json_row(line, dialect))
        except RecursionError:
            rows.append(nothing)
            problems[at] = Problem("nests JSON too deeply", line.decode().rstrip("\r"))
        except ValueError as error:
            rows.append(nothing)
            problems[at] = Problem(str(error), line.decode().rstrip("\r"))
    columns = [values(pa.array(column, pa.string()), dialect) for column in zip(*rows, strict=True)]
    return record_batch(dialect, first, np.arange(first, first + len(lines)), columns, problems)


class _Number(str):
    """A JSON number as it is written."""

    __slots__ = ()


def _json_row(line: bytes, dialect: Dialect) -> tuple[str | None, ...]:
    """Texts of one object by column; raises ValueError with the problem of the record."""
    if not line.strip():
        raise ValueError("is an empty line")
    try:
        found = _DECODER.decode(line.decode())
    except json.JSONDecodeError as error:
        raise ValueError(f"is not valid JSON: {error.msg} at character {error.pos + 1}") from error
    if not isinstance(found, dict):
        raise ValueError("is not a JSON object")
    unexpected = [key for key in found if key not in dialect.columns]
    if unexpected:
        raise ValueError(f"has the unexpected keys {', '.join(map(repr, unexpected[:10]))}")
    texts = tuple(_json_text(found.get(name)) for name in dialect.columns)
    if not all(text is None or text.isascii() or _is_text(text) for text in texts):
        raise ValueError("holds half a surrogate pair, which is no character")
    return texts


def _json_text(value: Any) -> str | None:
    return str(value) if isinstance(value, str) else None if value is None else _compact(value)


def _compact(value: Any) -> str:
    """Nested JSON without blanks, its numbers as they were written."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{_compact(key)}:{_compact(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_compact, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in found if keys.count(key) > 1)
        raise ValueError(f"has the key {twice!r} more than once")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"is not valid JSON: {name} is no number")


_DECODER = json.JSONDecoder(parse_float=_Number, parse_int=_Number, parse_constant=_no_constant, object_pairs_hook=_object)


def _open_parquet(path: Path, dialect: Dialect) -> pq.ParquetFile:
    """Open a Parquet file, refuse one that is cut or has other columns."""
    if not path.stat().st_size:
        raise UnreadableExtract(path, "is empty (0 bytes). Ask the source to send it again.")
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise UnreadableExtract(
            path,
            f"is no complete Parquet file ({_first_line(error)}): it was cut or is of another format. Ask the source "
            "to send it again, or correct the format in its contract.",
        ) from error
    refuse_other_columns(path, dialect, tuple(file.schema_arrow.names))
    for field in file.schema_arrow:
        if pa.types.is_nested(_plain(field.type)):
            raise UnreadableExtract(path, f"has nested values ({field.type}) in column {field.name!r}; flatten them.")
    return file


def _count_parquet(path: Path, dialect: Dialect, note: Callable[[bytes], None]) -> tuple[int, int, bool, bool]:
    with path.open("rb") as raw:
        while block := raw.read(limits.BLOCK_BYTES):
            note(block)
    with _open_parquet(path, dialect) as file:
        count = file.metadata.num_rows
    return count, count, False, True


def _parquet_records(path: Path, dialect: Dialect) -> Iterator[pa.RecordBatch]:
    first = 1
    with _open_parquet(path, dialect) as file:
        by_pandas = file.schema_arrow.pandas_metadata is not None
        try:
            for batch in file.iter_batches(limits.MAX_BATCH_RECORDS, columns=list(dialect.columns), use_threads=False):
                batch.validate(full=True)
                yield _parquet_batch(dialect, first, batch, by_pandas)
                first += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise UnreadableExtract(path, f"is damaged behind record {first - 1} ({_first_line(error)}). Ask the source to send it again.") from error


def _parquet_batch(dialect: Dialect, first: int, batch: pa.RecordBatch, by_pandas: bool) -> pa.RecordBatch:
    problems: dict[int, Problem] = {}
    texts = [_parquet_text(batch.column(name)) for name in dialect.columns]
    for index, name in enumerate(dialect.columns):
        if not pa.types.is_floating(_plain(batch.column(name).type)):
            continue
        if by_pandas:
            texts[index] = pc.if_else(pc.equal(texts[index], "nan"), None, texts[index])
        odd = pc.is_in(texts[index], value_set=pa.array(["inf", "-inf", "nan"]))
        for at in np.flatnonzero(odd.to_numpy(zero_copy_only=False)).tolist():
            raw = {key: text[at].as_py() for key, text in zip(dialect.columns, texts, strict=True)}
            problem = f"has {texts[index][at].as_py()} in column {name!r}, which is no number"
            problems[at] = Problem(problem, json.dumps(raw, ensure_ascii=False))
    good = np.ones(batch.num_rows, dtype=bool)
    good[list(problems)] = False
    columns = [values(pc.if_else(pa.array(good), text, None) if problems else text, dialect) for text in texts]
    return record_batch(dialect, first, np.arange(first, first + batch.num_rows), columns, problems)


def _plain(kind: pa.DataType) -> pa.DataType:
    """Type of the values behind a dictionary."""
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _parquet_text(column: pa.Array) -> pa.Array:
    """Values of a column as text, without loss; see the head of this module."""
    column = column.cast(_plain(column.type))
    kind = column.type
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return pa.array([None if value is None else value.hex() for value in column.to_pylist()], pa.string())
    if pa.types.is_float16(kind):
        column = column.cast(pa.float32())
    text = column.cast(pa.string())
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _without_exponent(text)
    if pa.types.is_timestamp(kind):
        text = pc.replace_substring(text, " ", "T", max_replacements=1)
        text = pc.replace_substring_regex(text, r"([+-]\d\d)(\d\d)$", r"\1:\2") if kind.tz else text
    if pa.types.is_timestamp(kind) or pa.types.is_time(kind):
        text = pc.replace_substring_regex(text, r"\.0+(Z|[+-]\d\d:\d\d)?$", r"\1")
        text = pc.replace_substring_regex(text, r"(\.\d*[1-9])0+(Z|[+-]\d\d:\d\d)?$", r"\1\2")
    return text


def _without_exponent(text: pa.Array) -> pa.Array:
    exponent = pc.match_substring_regex(text, r"\d[eE][+-]?\d")
    if pc.any(exponent).as_py():
        written = [value if value is None or "e" not in value.lower() else format(Decimal(value), "f") for value in text.to_pylist()]
        text = pa.array(written, pa.string())
    return pc.replace_substring_regex(text, "^-(0)$", r"\1")


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


_COUNTERS = {"csv": _count_csv, "json": _count_json, "parquet": _count_parquet}
_READERS = {"csv": _csv_records, "json": _json_records, "parquet": _parquet_records}
