"""Euro reference rates of the European Central Bank."""

from collections.abc import Iterable

from factor import Row

RATE_COLUMNS = ("rate_date", "from_currency_code", "to_currency_code", "rate", "source", "source_locator", "licence")

CARRY_FROM, YEAR_END = "2024-12-25", "2025-12-31"
"""Rates of 2025, and of the seven days before it, which cover the days of January without a rate."""


def exchange_rates(days: Iterable[Row]) -> Iterable[Row]:
    """The ECB's euro reference rates in long form; days on which a currency has none are no rows."""
    for row in days:
        day = row["Date"]
        for currency, rate in row.items():
            if CARRY_FROM <= day <= YEAR_END and currency not in {"Date", ""} and rate not in {"N/A", ""}:
                provenance = ("ECB euro reference rates", f"eurofxref-hist {day} {currency}", "ECB: free with source")
                yield dict(zip(RATE_COLUMNS, (day, "EUR", currency, rate, *provenance), strict=True))
