"""What the first bytes of a text file give away: that it is another kind of file, or written in another encoding."""

import codecs
from pathlib import Path

from emberlake.runtime.extracts.refusal import UnreadableExtract

_MARKED_WIDTHS = {"utf-16": 2, "utf-32": 4}
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


def refuse_other_formats(path: Path, start: bytes, codec: str) -> None:
    """Refuse a file that starts as another format does, or with the byte order mark of another encoding than `codec`."""
    for magic, description in _OTHER_FORMATS:
        if start.startswith(magic):
            raise UnreadableExtract(path, f"is {description} before landing it, or correct the contract.")
    marked = next((name for mark, name in _BYTE_ORDER_MARKS if start.startswith(mark)), codec)
    if codec not in (marked, marked.removesuffix("-le").removesuffix("-be")):
        raise UnreadableExtract(
            path,
            f"starts with a byte order mark of {marked}, but its contract says {codec}. Set `encoding: {marked}` in the contract or export it as {codec}.",
        )


def lacks_byte_order_mark(start: bytes, codec: str) -> bool:
    """Whether the encoding leaves the order of its bytes to a byte order mark, and the file begins with none."""
    return codec in _MARKED_WIDTHS and not any(name.startswith(codec) and start.startswith(mark) for mark, name in _BYTE_ORDER_MARKS)


def byte_order(start: bytes, codec: str) -> str | None:
    """The encoding, with its byte order, of a text that begins so and lacks the mark; None where that cannot be told.

    A character below U+0100, as delimiters and line ends are, has a zero byte at its high end.
    """
    width = _MARKED_WIDTHS[codec]
    first, last = start[::width].count(0), start[width - 1 :: width].count(0)
    return None if first == last else f"{codec}-le" if last > first else f"{codec}-be"
