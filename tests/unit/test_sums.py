"""Sums and differences keep every digit of decimal(38) columns."""

from decimal import Decimal

from emberlake.carbon.sums import exact_difference, exact_sum

LARGE, SMALL = Decimal("99999999999999999999999999.999999999999"), Decimal("0.000000000001")


def test_no_digit_is_rounded_away() -> None:
    assert exact_sum([LARGE, None, SMALL]) == Decimal(10) ** 26
    assert exact_difference(Decimal(10) ** 26, SMALL) == LARGE


def test_what_has_no_number_adds_nothing() -> None:
    assert (exact_sum([None]), exact_sum([]), exact_difference(None, None)) == (None, None, None)
    assert (exact_difference(SMALL, None), exact_difference(None, SMALL)) == (SMALL, -SMALL)
