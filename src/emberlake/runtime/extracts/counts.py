"""What a reader of any format finds out about a file before it is loaded."""

from collections.abc import Callable
from typing import NamedTuple

Note = Callable[[bytes], None]
"""Sees every block of a file as it is, in order and once."""


class Counts(NamedTuple):
    """Lines and data records of a file, bad ones too; whether a record spans lines; whether the last one is terminated."""

    line_count: int
    record_count: int
    is_multiline: bool
    is_terminated: bool
