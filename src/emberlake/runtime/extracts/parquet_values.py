"""The values of a Parquet column as text, written in full and without loss.

Decimals and floats have no exponent (a whole float no `.0`, because that is how pandas stores whole numbers with gaps),
dates and times are in ISO 8601 with fractions as far as they are not zero, bytes in lower case hexadecimal, UUIDs with
their hyphens. A date or timestamp beyond the years 1 to 9999 is the number that is stored for it.
"""

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

_FIRST_DAY, _LAST_DAY = (date.min - date(1970, 1, 1)).days, (date.max - date(1970, 1, 1)).days
_UNITS = {"s": 1, "ms": 10**3, "us": 10**6}


def plain(kind: pa.DataType) -> pa.DataType:
    """Type of the values behind a dictionary and behind a type that only gives them a meaning."""
    if pa.types.is_dictionary(kind):
        return plain(kind.value_type)
    return plain(kind.storage_type) if isinstance(kind, pa.BaseExtensionType) else kind


def is_known_zone(kind: pa.DataType) -> bool:
    """Whether times of a type can be written; not those of a time zone of which this machine does not know."""
    if not pa.types.is_timestamp(kind):
        return True
    try:
        pa.array([0], kind).cast(pa.string())
    except pa.ArrowInvalid:
        return False
    return True


def odd(column: pa.Array, text: pa.Array) -> tuple[pa.Array, str]:
    """Which values of a column with that text are none that can be used, and why they are not."""
    column = column.cast(plain(column.type))
    if pa.types.is_floating(column.type):
        return pc.is_in(text, value_set=pa.array(["inf", "-inf", "nan"])), "which is no number"
    return _beyond_years(column), "stored for a time beyond the years 1 to 9999"


def text_of(column: pa.Array) -> pa.Array:
    """Values of a column as text; see the head of this module."""
    if isinstance(column.type, pa.UuidType):
        return pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())
    column = column.cast(plain(column.type))
    kind = column.type
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind) or pa.types.is_binary_view(kind):
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
    beyond = _beyond_years(column)
    return pc.if_else(beyond, _stored(column).cast(pa.string()), text) if pc.any(beyond).as_py() else text


def _beyond_years(column: pa.Array) -> pa.Array:
    """Which dates and timestamps lie before the year 1 or after 9999; those in nanoseconds reach neither."""
    kind = column.type
    per_day = 1 if pa.types.is_date32(kind) else 86_400 * _UNITS.get(getattr(kind, "unit", "ms"), 0)
    if not per_day or not (pa.types.is_date(kind) or pa.types.is_timestamp(kind)):
        return pa.repeat(False, len(column))
    stored = _stored(column)
    early, late = pc.less(stored, _FIRST_DAY * per_day), pc.greater_equal(stored, (_LAST_DAY + 1) * per_day)
    return pc.fill_null(pc.or_(early, late), False)


def _stored(column: pa.Array) -> pa.Array:
    """The numbers that stand for dates or timestamps."""
    return column.view(pa.int32() if pa.types.is_date32(column.type) else pa.int64())


def _without_exponent(text: pa.Array) -> pa.Array:
    exponent = pc.match_substring_regex(text, r"\d[eE][+-]?\d")
    if pc.any(exponent).as_py():
        written = [value if value is None or "e" not in value.lower() else format(Decimal(value), "f") for value in text.to_pylist()]
        text = pa.array(written, pa.string())
    return pc.replace_substring_regex(text, "^-(0)$", r"\1")
