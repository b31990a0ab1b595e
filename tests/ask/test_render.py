"""What a terminal shows: no digit lost unseen, nothing empty that looks like zero."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

import pyarrow as pa
import pytest
from rich.console import Console

from emberlake.ask import render
from emberlake.contracts.load import load_all


def drawn(thing: object, width: int = 160) -> str:
    console = Console(file=StringIO(), width=width)
    console.print(thing)
    return console.file.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("value", "short", "full"),
    [
        (Decimal("1234567.891500"), "1,234,567.892", "1,234,567.891500"),
        (Decimal("-2.0005"), "-2.001", "-2.0005"),
        (Decimal("0.000123000000"), "0.000123000000", "0.000123000000"),
        (Decimal("0.00"), "0.00", "0.00"),
        (Decimal("12345678901234567890123456.123456789012"), "12,345,678,901,234,567,890,123,456.123", "12,345,678,901,234,567,890,123,456.123456789012"),
        (None, "", ""), (True, "yes", "yes"), (1234567, "1,234,567", "1,234,567"), (date(2025, 12, 31), "2025-12-31", "2025-12-31"),
        (datetime(2025, 12, 31, 23, 5, tzinfo=UTC), "2025-12-31 23:05:00 UTC", "2025-12-31 23:05:00 UTC"),
        ([{"factor_id": "F1", "reason": "expired"}], "factor_id F1, reason expired", "factor_id F1, reason expired"),
    ],
)  # fmt: skip
def test_values(value: object, short: str, full: str) -> None:
    assert (render.cell(value), render.cell(value, full=True)) == (short, full)


def test_a_table_has_its_units_and_hides_nothing_silently() -> None:
    rows = pa.table({
        "emission_id": ["e1", "e2"], "period": ["2025-01", "2025-01"], "material_name": ["x" * 90, "y" * 90],
        "factor_kgco2e_per_unit": [Decimal("2.863901310000"), None], "_source_row_id": ["a:1", "a:2"],
    })  # fmt: skip
    short = drawn(render.table(rows, "gold.emission", load_all()["gold.emission"], width=100), 100)
    assert "[kgco2e/unit]" in short and "2.864" in short and "e2" in short
    assert "in all rows: period = 2025-01" in short and "2 more columns with --full: material_name, _source_row_id" in short
    full = drawn(render.table(rows, "gold.emission", load_all()["gold.emission"], full=True), 250)
    assert "2.863901310000" in full and "a:2" in full and "more columns" not in full


def test_no_rows_are_told() -> None:
    assert "no rows" in drawn(render.table(pa.table({"n": pa.array([], pa.int64())}), "nothing"))
    assert "runs: none" in drawn(render.listing([], "runs"))
