"""Cases as tables that can be read: rows in, rows out, in pipe tables with a header; an empty cell is no value.

Types come from the contracts, so a case says `1000.125` and `2025-03-07` and nothing of types. The column `case` tells
what a row is there for and belongs to no table.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Context, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import DecimalType

from emberlake.contracts import rows as row_rules
from emberlake.contracts.load import load_all
from emberlake.contracts.model import Contract, Feed
from emberlake.contracts.types import scale_of

Row = dict[str, str]
ARRIVED = "2026-01-02 08:00:00"
CASE = "case"
EXACT = Context(prec=60)


@cache
def contracts() -> dict[str, Contract]:
    return load_all()


def read(path: Path) -> Any:
    """A file of cases; there must be something in it."""
    found = yaml.safe_load(path.read_text("utf-8"))
    assert found, f"{path.name} holds no case"
    return found


def table(text: str) -> list[Row]:
    """Rows of a pipe table by column name; every row has as many cells as the header."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines() if line.strip()]
    header, body = lines[0], lines[1:]
    assert body, f"no row below {' | '.join(header)}"
    return [dict(zip(header, cells, strict=True)) for cells in body]


def frame(spark: SparkSession, name: str, rows: Iterable[Mapping[str, Any]], **usual: Any) -> DataFrame:
    """Rows of a table of the lakehouse; `usual` gives what a row does not say, and the rest is empty."""
    columns = {c.name: c.type for c in contracts()[name].columns}
    arrived = {"known_at": ARRIVED, "_landed_at": ARRIVED, "_organisation_id": "org", "organisation_id": "org"}
    records = []
    for number, row in enumerate(rows, start=1):
        unknown = (set(row) | set(usual)) - set(columns) - {CASE}
        assert not unknown, f"{name} has no column {sorted(unknown)}"
        whole = {"_source_row_id": f"{name}:{number:04d}"} | arrived | usual | dict(row)
        records.append(tuple(value(whole.get(column), kind) for column, kind in columns.items()))
    return spark.createDataFrame(records, ", ".join(f"`{column}` {kind}" for column, kind in columns.items()))


def value(text: Any, kind: str) -> Any:
    """The text of a cell as a value of a Spark type; what is a value already stays."""
    if text is None or text == "":
        return None
    if not isinstance(text, str):
        return text
    if kind.startswith("decimal"):
        return Decimal(text)
    if kind == "date":
        return date.fromisoformat(text)
    if kind == "timestamp":
        return datetime.fromisoformat(text)
    if kind == "boolean":
        return {"true": True, "false": False}[text]
    return int(text) if kind in ("int", "bigint") else text


def text(found: Any) -> str:
    """A value as a cell: numbers without noughts at the end, no value as nothing."""
    if found is None:
        return ""
    if isinstance(found, bool):
        return str(found).lower()
    if isinstance(found, Decimal):
        return f"{EXACT.normalize(EXACT.add(found, Decimal(0))):f}"
    if isinstance(found, datetime):
        return f"{found:%Y-%m-%d %H:%M:%S}"
    return str(found)


def shown(rows: Iterable[Any], columns: Sequence[str]) -> list[Row]:
    """These columns of collected rows, as text, in order."""
    cells = [{column: text(row[column]) for column in columns} for row in rows]
    return sorted(cells, key=lambda row: tuple(row.values()))


def asked(rows: Iterable[Row], **usual: str) -> list[Row]:
    """Expected rows in the same order and spelling as `shown`; numbers may be written with noughts at the end."""
    cells = [{c: plain(t) for c, t in (usual | row).items() if c != CASE} for row in rows]
    return sorted(cells, key=lambda row: tuple(row.values()))


def plain(cell: str) -> str:
    body = cell.removeprefix("-")
    is_amount = body.count(".") == 1 and body.replace(".", "").isdigit()
    return text(Decimal(cell)) if is_amount else cell


def feed_of(name: str, feed: str | None) -> Feed:
    return next(f for f in contracts()[name].feeds if f.name == feed)


def judged(result: DataFrame, name: str, feed: str | None = None) -> DataFrame:
    """A function's result with `rules`, the ids of the contract's rules that a row breaks.

    Fails where the function's columns are not those that the contract and its feed ask for, or a decimal has digits
    that the contract does not keep: the runner would refuse both.
    """
    contract, source = contracts()[name], feed_of(name, feed)
    ledger = {"posting_id", "reverses", "weight"} if contract.write.mode == "ledger" else set()
    assert set(result.columns) == {c.name for c in contract.columns} - ledger | set(source.rule_columns)
    scales = {f.name: f.dataType.scale for f in result.schema.fields if isinstance(f.dataType, DecimalType)}
    assert all(scale <= (scale_of(contract.column(name)) or 0) for name, scale in scales.items()), scales
    hits = [
        F.when(F.expr(row_rules.broken(r)), F.lit(r.id))
        for r in row_rules.rules(contract, source)
        if "posting_id" not in r.predicate and "weight" not in r.predicate
    ]
    return result.withColumn("rules", F.concat_ws(", ", F.array_compact(F.array(*hits))))
