"""The values of a Parquet column as text, written in full and without loss.

Decimals and floats have no exponent (a whole float no `.0`, because that is how pandas stores whole numbers with gaps),
dates and times are in ISO 8601 with fractions as far as they are not zero, bytes in lower case hexadecimal.
"""

from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc


def plain(kind: pa.DataType) -> pa.DataType:
    """Type of the values behind a dictionary."""
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def text_of(column: pa.Array) -> pa.Array:
    """Values of a column as text; see the head of this module."""
    column = column.cast(plain(column.type))
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
