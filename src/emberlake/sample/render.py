"""Whole columns of numbers into text, and columns of text into the bytes of a file, without a loop over rows."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
_PLAIN = pa.array([str(number) for number in range(1000)])
_PADDED = {width: pa.array([f"{number:0{width}d}" for number in range(10**width)]) for width in (2, 3)}


def pick(words: list[str], places: Ints) -> pa.Array:
    """The word at each place."""
    return pa.array(words, pa.string()).take(pa.array(places))


def padded(numbers: Ints, width: int) -> pa.Array:
    """Whole numbers with leading zeros."""
    return pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), width, "0")


def german(amounts: Ints, places: int) -> pa.Array:
    """Amounts in 1/10**places as German text: 1234500 thousandths are `1.234,500`, a minus stands in front."""
    whole, rest = np.divmod(np.abs(amounts), 10**places)
    if whole.size and int(whole.max()) >= 10**9:
        raise ValueError(f"Amount {int(whole.max())} has more digits than the sample company writes; lower the price.")
    millions, thousands, ones = whole // 10**6, whole // 1000 % 1000, whole % 1000
    small = _PLAIN.take(pa.array(ones))
    middle = pc.binary_join_element_wise(_PLAIN.take(pa.array(thousands)), _PADDED[3].take(pa.array(ones)), ".")
    large = pc.binary_join_element_wise(_PLAIN.take(pa.array(millions)), _PADDED[3].take(pa.array(thousands)), _PADDED[3].take(pa.array(ones)), ".")
    grouped = pc.if_else(pa.array(whole < 1000), small, pc.if_else(pa.array(whole < 10**6), middle, large))
    sign = pc.if_else(pa.array(amounts < 0), "-", "")
    return pc.binary_join_element_wise(sign, grouped, ",", _PADDED[places].take(pa.array(rest)), "")


def plain(amounts: Ints, places: int) -> pa.Array:
    """Amounts in 1/10**places as SAP writes them: a point, no grouping, a minus behind a negative number."""
    whole, rest = np.divmod(np.abs(amounts), 10**places)
    sign = pc.if_else(pa.array(amounts < 0), "-", "")
    text = pc.cast(pa.array(whole), pa.string())
    return pc.binary_join_element_wise(text, ".", _PADDED[places].take(pa.array(rest)), sign, "")


def joined(columns: list[pa.Array], delimiter: str) -> pa.Array:
    """One text per row from its fields."""
    return pc.binary_join_element_wise(*columns, delimiter)


def file_bytes(header: str, rows: pa.Array, terminator: str, encoding: str) -> bytes:
    """The file of these rows; the rows lie one behind the other in Arrow's memory, so no row is touched singly."""
    ended = pc.binary_join_element_wise(rows, terminator, "")
    body = b""
    if len(ended):
        _, offsets, data = ended.buffers()
        ends = np.frombuffer(offsets, np.int32)[ended.offset : ended.offset + len(ended) + 1]
        body = data.slice(int(ends[0]), int(ends[-1] - ends[0])).to_pybytes()
    head = (header + terminator).encode(encoding)
    return head + (body if encoding == "utf-8" else body.decode("utf-8").encode(encoding))
