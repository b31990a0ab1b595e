"""The text of an extract in blocks, whatever its encoding.

The decoded text is always UTF-8 bytes without byte order mark, in blocks that end between two characters, so that the
readers behind it need to know neither the encoding nor the size of the file.
"""

import codecs
import io
from collections.abc import Iterator
from pathlib import Path

from emberlake.runtime.extracts import limits
from emberlake.runtime.extracts.counts import Note
from emberlake.runtime.extracts.first_bytes import byte_order, lacks_byte_order_mark, refuse_other_formats
from emberlake.runtime.extracts.refusal import UnreadableExtract

_SINGLE_BYTE = ("cp125", "iso8859", "mac-", "latin")


def utf8_blocks(path: Path, encoding: str, on_raw: Note = lambda _: None) -> Iterator[bytes]:
    """Decode a text file block by block; `on_raw` sees the bytes of the file as they are.

    Raises `UnreadableExtract` for an empty file, another kind of file, another encoding, a missing byte order mark, and
    what no text holds: NUL characters and halves of surrogate pairs.
    """
    codec = codecs.lookup(encoding).name.removesuffix("-sig")
    decoder = codecs.getincrementaldecoder(codec)()
    offset = 0
    with path.open("rb") as file:
        while block := file.read(limits.BLOCK_BYTES if offset else max(limits.BLOCK_BYTES, 8)):
            on_raw(block)
            if offset == 0:
                refuse_other_formats(path, block, codec)
                _refuse_unmarked(path, encoding, block, codec)
            text = _decoded(path, encoding, decoder, block, offset)
            offset, is_first = offset + len(block), offset == 0
            yield text.removeprefix(codecs.BOM_UTF8) if is_first else text
    if offset == 0:
        raise UnreadableExtract(path, "is empty (0 bytes). Ask the source to send it again.")
    _decoded(path, encoding, decoder, b"", offset)


def decodes(path: Path, encoding: str) -> bool:
    """Whether the whole file is valid in an encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(limits.BLOCK_BYTES):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def refuse_mistaken_utf8(path: Path, encoding: str) -> None:
    """Any UTF-8 text is also text in a single-byte encoding, with two or three odd letters for each of its own."""
    codec = codecs.lookup(encoding).name
    if codec.startswith(_SINGLE_BYTE) and decodes(path, "utf-8"):
        raise UnreadableExtract(
            path,
            f"is declared as {encoding}, but every letter beyond ASCII in it is valid UTF-8. Set `encoding: utf-8` in "
            "the contract, or the names in it would be garbled.",
        )


def _refuse_unmarked(path: Path, encoding: str, start: bytes, codec: str) -> None:
    if lacks_byte_order_mark(start, codec):
        order = byte_order(start, codec)
        advice = (
            f"It looks like {order}: set `encoding: {order}` in the contract" if order else f"{_advice(path, encoding)} Else name the order in the contract"
        )
        raise UnreadableExtract(
            path, f"is declared as {encoding} but lacks the byte order mark at its start that tells how to read it. {advice}, or export it with the mark."
        )


def _decoded(path: Path, encoding: str, decoder: codecs.IncrementalDecoder, block: bytes, offset: int) -> bytes:
    """The characters that end in the block, in UTF-8."""
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
        line = _line_of(path, encoding, begin, text[: text.index("\0")])
        raise UnreadableExtract(
            path,
            f"holds a NUL character in line {line}, which no text extract has: it is damaged, binary, or UTF-16. "
            "Export it again as text, or correct the encoding in its contract.",
        )
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        line = _line_of(path, encoding, begin, text[: error.start])
        raise UnreadableExtract(
            path, f"holds half a surrogate pair in line {line}, which is no character. Export it again, or correct the encoding in its contract."
        ) from error


def _line_of(path: Path, encoding: str, begin: int, before: str) -> int:
    """Line of the character behind `before`, which begins at the byte offset `begin` of the file."""
    return _line_at(path, encoding, begin + len(before.encode(codecs.lookup(encoding).name.removesuffix("-sig"))))


def _line_at(path: Path, encoding: str, position: int) -> int:
    """Line of a byte of the file, counted from 1."""
    newlines = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)("replace"), translate=True)
    line = 1
    with path.open("rb") as file:
        while position > 0 and (block := file.read(min(position, limits.BLOCK_BYTES))):
            position -= len(block)
            line += newlines.decode(block).count("\n")
    return line


def _advice(path: Path, encoding: str) -> str:
    for other, name in (("utf-8", "UTF-8"), ("cp1252", "Windows-1252")):
        if codecs.lookup(other).name != codecs.lookup(encoding).name and decodes(path, other):
            return f"The whole file would decode as {name}: set `encoding: {other}` in the contract if that is right."
    return "It decodes neither as UTF-8 nor as Windows-1252: it may be damaged; ask the source to send it again."
