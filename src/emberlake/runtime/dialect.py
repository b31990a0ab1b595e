"""How an extract is written, its decoded text in blocks, and the batch that its records become.

The decoded text is always UTF-8 bytes without byte order mark, in blocks that end between two characters, so that the
readers behind it need to know neither the encoding nor the size of the file.
"""

import codecs
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from emberlake.errors import EmberlakeError

BLOCK_BYTES = 4 << 20
MAX_RECORD_BYTES = 1 << 20
MAX_BATCH_RECORDS = 65_536
RAW_CHARACTERS = 10_000
POSITION_FIELDS = [
    pa.field("_record", pa.int64(), nullable=False),
    pa.field("_line", pa.int64(), nullable=False),
    pa.field("_problem", pa.string()),
    pa.field("_raw", pa.string()),
]
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_OTHER_FORMATS = (
    (b"\x1f\x8b", "a gzip file; unpack it"),
    (b"PK\x03\x04", "a zip archive or an Excel workbook (.xlsx); unpack it or save it as text"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls); save it as text"),
    (b"BZh", "a bzip2 file; unpack it"),
    (b"\xfd7zXZ", "an xz file; unpack it"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file; unpack it"),
    (b"%PDF", "a PDF document; ask for the data as text"),
    (b"PAR1", "a Parquet file; declare format parquet"),
)


class UnreadableExtract(EmberlakeError):
    """The file as a whole cannot become records; nothing of it may be loaded."""

    def __init__(self, path: Path, problem: str) -> None:
        """Name the file, then say what is wrong with it and what to do."""
        super().__init__(f"{path.name} {problem}")
        self.arguments = (path, problem)

    def __reduce__(self) -> tuple[type["UnreadableExtract"], tuple[Path, str]]:
        """Travel from an executor to the driver with both arguments."""
        return type(self), self.arguments


class Problem(NamedTuple):
    """What is wrong with one record, and the record as it stands in the file."""

    text: str
    raw: str


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the files of one source entity are written; the defaults are those of the contract.

    `columns` are the names in the file. `row_terminator` None means that CR, LF and CRLF all end a record. `trim` takes
    away blanks (U+0020) on both sides of a value, before it is compared with `null_text`.
    """

    columns: tuple[str, ...]
    format: Literal["csv", "json", "parquet"] = "csv"
    encoding: str = "utf-8"
    header: bool = True
    delimiter: str = ","
    quote: str | None = '"'
    row_terminator: str | None = None
    null_text: tuple[str, ...] = ()
    trim: bool = False

    def __post_init__(self) -> None:
        """Refuse a dialect that no file can be written in."""
        faults = list(_faults(self))
        if faults:
            raise EmberlakeError("The dialect of an extract " + "; it ".join(faults) + ". Correct its contract.")

    @property
    def schema(self) -> pa.Schema:
        """Schema of the batches: position and problem of the record, then its columns as text."""
        return pa.schema([*POSITION_FIELDS, *(pa.field(name, pa.string()) for name in self.columns)])


def _faults(dialect: Dialect) -> Iterator[str]:
    names = [*(field.name for field in POSITION_FIELDS), *dialect.columns]
    if not dialect.columns or len(set(names)) < len(names):
        yield f"needs columns with names of their own, not {list(dialect.columns)}"
    if not dialect.delimiter or set(dialect.delimiter) & set("\r\n"):
        yield f"needs a delimiter without line ends, not {dialect.delimiter!r}"
    if dialect.quote is not None and (len(dialect.quote) != 1 or dialect.quote in dialect.delimiter + "\r\n"):
        yield f"needs a quote of one character that is no part of the delimiter, not {dialect.quote!r}"
    if dialect.row_terminator is not None and dialect.row_terminator in ("", dialect.delimiter):
        yield f"needs a row terminator that differs from the delimiter, not {dialect.row_terminator!r}"
    try:
        codecs.lookup(dialect.encoding)
    except LookupError:
        yield f"names the encoding {dialect.encoding!r}, which Python does not know"


def utf8_blocks(path: Path, encoding: str, on_raw: Callable[[bytes], None] = lambda _: None) -> Iterator[bytes]:
    """Decode a text file block by block; `on_raw` sees the bytes of the file as they are.

    Raises `UnreadableExtract` for an empty file, another kind of file, another encoding and NUL characters.
    """
    codec = codecs.lookup(encoding).name.removesuffix("-sig")
    decoder = codecs.getincrementaldecoder(codec)()
    offset = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES if offset else max(BLOCK_BYTES, 8)):
            on_raw(block)
            if offset == 0:
                _refuse_other_formats(path, block, codec)
            text = _decoded(path, encoding, decoder, block, offset)
            text = text.removeprefix("\ufeff") if offset == 0 else text
            offset += len(block)
            yield text.encode()
    if offset == 0:
        raise UnreadableExtract(path, "is empty (0 bytes). Ask the source to send it again.")
    _decoded(path, encoding, decoder, b"", offset)


def _refuse_other_formats(path: Path, start: bytes, codec: str) -> None:
    for magic, description in _OTHER_FORMATS:
        if start.startswith(magic):
            raise UnreadableExtract(path, f"is {description} before landing it, or correct the contract.")
    marked = next((name for mark, name in _BYTE_ORDER_MARKS if start.startswith(mark)), codec)
    if codec not in (marked, marked.removesuffix("-le").removesuffix("-be")):
        raise UnreadableExtract(
            path,
            f"starts with a byte order mark of {marked}, but its contract says {codec}. Set `encoding: {marked}` in the contract or export it as {codec}.",
        )


def _decoded(path: Path, encoding: str, decoder: codecs.IncrementalDecoder, block: bytes, offset: int) -> str:
    begin = offset - len(decoder.getstate()[0])
    try:
        text = decoder.decode(block, final=not block)
    except UnicodeDecodeError as error:
        position = begin + error.start
        found = " ".join(f"{byte:02X}" for byte in error.object[error.start : max(error.end, error.start + 1)][:8])
        where = f"byte offset {position:,}, line {_line_at(path, encoding, position)}, bytes {found}"
        cut = "it ends in the middle of a character; " if not block else ""
        advice = _advice(path, encoding)
        raise UnreadableExtract(path, f"is not written in {encoding}: {cut}{where}. {advice}") from error
    if "\0" in text:
        before = len(text[: text.index("\0")].encode(encoding.removesuffix("-sig")))
        raise UnreadableExtract(
            path,
            f"holds a NUL character in line {_line_at(path, encoding, begin + before)}, which no text extract has: it "
            "is damaged, binary, or UTF-16. Export it again as text, or correct the encoding in its contract.",
        )
    return text


def _line_at(path: Path, encoding: str, position: int) -> int:
    """Line of a byte of the file, counted from 1."""
    newlines = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)("replace"), translate=True)
    line = 1
    with path.open("rb") as file:
        while position > 0 and (block := file.read(min(position, BLOCK_BYTES))):
            position -= len(block)
            line += newlines.decode(block).count("\n")
    return line


def _advice(path: Path, encoding: str) -> str:
    for other, name in (("utf-8", "UTF-8"), ("cp1252", "Windows-1252")):
        if codecs.lookup(other).name != codecs.lookup(encoding).name and decodes(path, other):
            return f"The whole file would decode as {name}: set `encoding: {other}` in the contract if that is right."
    return "It decodes neither as UTF-8 nor as Windows-1252: it may be damaged; ask the source to send it again."


def decodes(path: Path, encoding: str) -> bool:
    """Whether the whole file is valid in an encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


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
    if len(raw) <= RAW_CHARACTERS:
        return raw
    return f"{raw[:RAW_CHARACTERS]} [cut here: the record has {len(raw):,} characters]"
