"""What became of the real extracts, as the tables of docs/real-extracts.md: python infra/real/results.py [--lakehouse <folder>].

Reads the tables of the lakehouse and its books, without Spark; the newest build of each table counts.
"""

import argparse
import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.settings import Settings

REAL = ("bronze.adventureworks_", "bronze.ecb_", "bronze.iso4217_", "bronze.assignment_", "bronze.decision_")
FEEDS = ("adventureworks", "ecb")
ACCOUNT = ("input_count", "written_count", "unchanged_count", "merged_count", "quarantined_count", "excluded_count")


def accounts(lakehouse: Lakehouse) -> Iterator[tuple[str, ...]]:
    """Each table that a real extract or mapping file feeds: rows in, rows out, and the rules that held rows back."""
    commits = sorted(lakehouse.books.read("commit"), key=lambda commit: commit["finished_at"])
    newest = {(c["table_name"], c["feed"]): c for c in commits}
    for (table, feed), commit in newest.items():
        if table.startswith(REAL) or feed in FEEDS or table.startswith("gold."):
            rules = ", ".join(f"{rule} {count:,}" for rule, count in sorted(json.loads(commit["rule_counts"]).items()))
            yield (f"{table}/{feed}" if feed else table, *[f"{commit[name]:,}" for name in ACCOUNT], rules)


def activities(lakehouse: Lakehouse) -> list[dict[str, Any]]:
    """Emission rows, one per activity: the spend-based factors give one gas each."""
    columns = ["source_system", "activity_date", "reason", "kgco2e", "spend_eur", "counts_activity"]
    rows = lakehouse.store.dataset("gold.emission").to_table(columns=[*columns, "weight"]).to_pylist()
    if any(row["weight"] != 1 or not row["counts_activity"] for row in rows):
        raise SystemExit("emberlake: this lakehouse holds corrections or factors by gas; its inventory is the place to look (gold.inventory)")
    return [row for row in rows if row["source_system"] == "adventureworks"]


def by(rows: Iterable[dict[str, Any]], key: Any) -> Iterator[tuple[str, ...]]:
    """Count, euro and kg CO2e of the rows, by key and in all."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        for name in (key(row), "all"):
            groups.setdefault(name, []).append(row)
    for name in [*sorted(set(groups) - {"all"}), "all"]:
        found = groups[name]
        covered = [row for row in found if row["kgco2e"] is not None]
        spend, priced = total(found, "spend_eur"), total(covered, "spend_eur")
        emitted = f"{total(covered, 'kgco2e'):,.6f}" if covered else "none"
        yield name, f"{len(found):,}", f"{spend:,.2f}", emitted, f"{100 * len(covered) / len(found):.2f}", f"{100 * priced / spend:.2f}"


def total(rows: Iterable[dict[str, Any]], column: str) -> Decimal:
    return sum((row[column] for row in rows), Decimal(0))


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, ("---", *["---:"] * (len(heads) - 1)), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lakehouse", type=Path, default=Path(__file__).parents[2] / "real" / "lakehouse", help="folder of the lakehouse (real/lakehouse)")
    lakehouse = Lakehouse(Settings.from_environment(parser.parse_args().lakehouse))
    print(table(("table", "in", "written", "unchanged", "merged", "quarantined", "excluded", "rules broken"), accounts(lakehouse)))
    rows = activities(lakehouse)
    measures = ("activities", "spend in EUR", "kg CO2e", "covered rows in %", "covered spend in %")
    print(table(("reason", *measures), by(rows, lambda row: row["reason"] or "covered")))
    print(table(("year", *measures), by(rows, lambda row: f"{row['activity_date']:%Y}")))


if __name__ == "__main__":
    main()
