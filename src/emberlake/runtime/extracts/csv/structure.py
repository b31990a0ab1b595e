"""Where quotes and line ends stand in a block of text, found with array operations."""

import numpy as np
import numpy.typing as npt

from emberlake.runtime.extracts.dialect import Dialect

_CR, _LF = 13, 10
Offsets = npt.NDArray[np.int64]


def suits_arrow(dialect: Dialect, width: int) -> bool:
    """Whether Arrow reads records of so many fields in this dialect as the grammar does, as far as quoting is regular."""
    characters = (dialect.delimiter, dialect.quote or "")
    single = all(len(text) <= 1 and text.isascii() for text in characters)
    return single and dialect.row_terminator is None and width > 1


def quote_offsets(data: bytes, quote: str | None) -> Offsets:
    """Offset of each quote."""
    if quote is None or quote.encode() not in data:
        return np.empty(0, np.int64)
    return np.flatnonzero(np.frombuffer(data, np.uint8) == ord(quote))


def is_regular(data: bytes, quotes: Offsets, dialect: Dialect) -> bool:
    """Whether each quote opens a field, closes one, or is doubled inside one; then parity tells what is inside."""
    neighbours = np.zeros(256, dtype=bool)
    neighbours[[_CR, _LF, ord(dialect.delimiter), ord(dialect.quote or "\n")]] = True
    text = np.frombuffer(data, np.uint8)
    before = text[quotes[0::2][quotes[0::2] > 0] - 1]
    after = text[quotes[1::2][quotes[1::2] < len(data) - 1] + 1]
    return bool(neighbours[before].all() and neighbours[after].all())


def line_ends(data: bytes) -> Offsets:
    """Offset of the last character of each line end: LF, CRLF or a lone CR."""
    text = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(text == _LF)
    if b"\r" not in data:
        return ends
    returns = np.flatnonzero(text == _CR)
    lone = returns[text[np.minimum(returns + 1, len(text) - 1)] != _LF]
    return np.sort(np.concatenate((ends, lone)))


def outside_quotes(ends: Offsets, quotes: Offsets) -> Offsets:
    """Which of the line ends end a record, by position: those with an even number of quotes before them."""
    return np.flatnonzero(np.searchsorted(quotes, ends) % 2 == 0) if len(quotes) else np.arange(len(ends))


def before_line_ends(data: bytes, ends: Offsets) -> Offsets:
    """Offset of the first character of each line end: one less where it is CRLF."""
    text = np.frombuffer(data, np.uint8)
    first: Offsets = ends - ((text[ends] == _LF) & (ends > 0) & (text[ends - 1] == _CR))
    return first
