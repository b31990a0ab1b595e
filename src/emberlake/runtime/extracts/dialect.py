"""How an extract is written, and the schema of the records that it becomes."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from emberlake.errors import EmberlakeError
from emberlake.runtime.extracts.envelope import Envelope
from emberlake.runtime.extracts.events import EVENT_FIELDS

POSITION_FIELDS = [
    pa.field("_record", pa.int64(), nullable=False),
    pa.field("_line", pa.int64(), nullable=False),
    pa.field("_problem", pa.string()),
    pa.field("_raw", pa.string()),
]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the files of one source entity are written; the defaults are those of the contract.

    `columns` are the names in the file. `row_terminator` None means that CR, LF and CRLF all end a record. `trim` takes
    away blanks (U+0020) on both sides of a value, before it is compared with `null_text`. `events` is the envelope of
    records that are change events.
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
    events: Envelope | None = None

    def __post_init__(self) -> None:
        """Refuse a dialect that no file can be written in."""
        faults = list(_faults(self))
        if faults:
            raise EmberlakeError("The dialect of an extract " + "; it ".join(faults) + ". Correct its contract.")

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of what a record gives: its columns, and what an event says of them."""
        return (*self.columns, *(EVENT_FIELDS if self.events else ()))

    @property
    def schema(self) -> pa.Schema:
        """Schema of the batches: position and problem of the record, then its columns as text."""
        return pa.schema([*POSITION_FIELDS, *(pa.field(name, pa.string()) for name in self.fields)])


def _faults(dialect: Dialect) -> Iterator[str]:
    names = [*(field.name for field in POSITION_FIELDS), *dialect.columns]
    if not dialect.columns or len(set(names)) < len(names):
        yield f"needs columns with names of their own, not {list(dialect.columns)}"
    if not dialect.delimiter or set(dialect.delimiter) & set("\r\n"):
        yield f"needs a delimiter without line ends, not {dialect.delimiter!r}"
    if dialect.quote is not None and (len(dialect.quote) != 1 or dialect.quote in dialect.delimiter + "\r\n"):
        yield f"needs a quote of one character that is no part of the delimiter, not {dialect.quote!r}"
    if dialect.row_terminator is not None and dialect.row_terminator in dialect.delimiter:
        yield f"needs a row terminator that is no part of the delimiter, not {dialect.row_terminator!r}"
    if dialect.quote and dialect.row_terminator and dialect.quote in dialect.row_terminator:
        yield f"needs a row terminator without the quote, not {dialect.row_terminator!r}"
    if not all(isinstance(text, str) for text in dialect.null_text):
        yield f'needs texts that mean "no value", in quotes where they look like a number, not {list(dialect.null_text)}'
    if not _decodes_piecewise(dialect.encoding):
        yield f"names the encoding {dialect.encoding!r}, which Python does not know as one of text"


def _decodes_piecewise(encoding: str) -> bool:
    """Whether an encoding is one of text, which can be read in blocks; `rot13` and `punycode` are not."""
    text = "a" * 64 + ",1.5\r\n"
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
        pieces = [decoder.decode(bytes([byte])) for byte in text.encode(encoding)]
    except (LookupError, UnicodeError):
        return False
    return "".join(pieces) + decoder.decode(b"", final=True) == text
