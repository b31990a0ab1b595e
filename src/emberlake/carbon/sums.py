"""Sums and differences of decimals to the last digit: Python's own context would round at 28."""

from collections.abc import Iterable
from decimal import Context, Decimal
from functools import reduce

EXACT = Context(prec=100)  # more than any sum of decimal(38) columns has


def exact_sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of what has a number; None where nothing has."""
    known = [amount for amount in amounts if amount is not None]
    return reduce(EXACT.add, known) if known else None


def exact_difference(new: Decimal | None, old: Decimal | None) -> Decimal | None:
    """New less old, where what has no number adds nothing; None where neither has one."""
    if new is None and old is None:
        return None
    return EXACT.subtract(new or Decimal(0), old or Decimal(0))
