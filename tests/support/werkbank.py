"""A few rows of werkbank, and the lines in which Debezium's connector for PostgreSQL tells of them."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]
SITES = [
    {"site_no": str(n), "name": f"Halle {name}", "country": country} for n, (name, country) in enumerate((("Süd", "DE"), ("Nord", "DE"), ("Ost", "AT"), ("West", "CH")), start=1)
]  # fmt: skip
SUPPLIERS = [
    {"supplier_no": f"S{n}", "name": f"Drahtzug {n}", "country": country} for n, country in enumerate(("DE", "CH", "GB", "DE", "US"), start=1)
]  # fmt: skip
ARTICLES = [
    {"article_no": "A1", "name": "Walzdraht", "group_code": "100", "stock_unit": "KGM", "kg_per_piece": None},
    {"article_no": "A2", "name": "Schraube", "group_code": "200", "stock_unit": "H87", "kg_per_piece": "0.012345678"},
    {"article_no": "A3", "name": "Bolzen", "group_code": "200", "stock_unit": "H87", "kg_per_piece": "0.250000000"},
    {"article_no": "A4", "name": "Farbe", "group_code": "300", "stock_unit": "KGM", "kg_per_piece": None},
]


def receipts(count: int) -> list[Row]:
    """Goods receipts of the first months of 2025, in kilograms, tonnes and pieces, in euro and francs."""
    return [
        {
            "receipt_no": f"R{n // 3:04d}", "line_no": n % 3 + 1, "posted_on": f"{date(2025, 1, 6) + timedelta(days=2 * n % 70)}Z", "site_no": str(n % 2 + 1),
            "supplier_no": f"S{n % 5 + 1}", "article_no": f"A{n % 4 + 1}", "quantity": f"{n * 7 % 900 + 1}.500", "unit": ("KGM", "H87", "H87", "TNE")[n % 4],
            "net_value": f"{n * 31 % 5000 + 10}.25", "currency": ("EUR", "CHF")[n % 2], "is_cancelled": n % 11 == 10,
        }
        for n in range(count)
    ]  # fmt: skip


def line(table: str, row: Row, lsn: int, op: str = "c") -> str:
    """An event as it lies in a topic; of a deleted row all columns are told."""
    rows = {"before": row, "after": None} if op == "d" else {"before": None, "after": row}
    source = {
        "version": "3.7.0.Final",
        "connector": "postgresql",
        "name": "werkbank",
        "ts_ms": 1_741_000_000_000 + lsn,
        "table": table,
        "txId": lsn // 10,
        "lsn": lsn,
    }
    return json.dumps({**rows, "source": source, "transaction": None, "op": op, "ts_ms": 1_741_000_000_500 + lsn}, ensure_ascii=False)


def deliver(landing: Path, name: str, lines_of: Mapping[str, Iterable[str]]) -> None:
    """Write the lines of each table's topic into the landing folder."""
    for table, lines in lines_of.items():
        path = landing / "werkbank" / f"werkbank.public.{table}" / f"{name}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{text}\n" for text in lines), "utf-8")


def snapshot(landing: Path, receipt_count: int) -> None:
    """All tables as a connector reads them at its start."""
    tables = {"site": SITES, "supplier": SUPPLIERS, "article": ARTICLES, "receipt": receipts(receipt_count)}
    deliver(landing, "snapshot_1", {table: [line(table, row, 100, "r") for row in rows] for table, rows in tables.items()})
