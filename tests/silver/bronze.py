"""Bronze rows for the tests of silver: typed by the bronze contract, with the columns that landing adds."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from pyspark.sql import DataFrame, SparkSession

ROOT = Path(__file__).parents[2]
LANDED = "_source_row_id string, _source_file string, _source_line bigint, _landed_at timestamp, _organisation_id string, _corrects string"


def columns(path: str) -> dict[str, str]:
    """Column and Spark type of a contract below schemas/, without its extension."""
    contract = yaml.safe_load((ROOT / "schemas" / f"{path}.odcs.yaml").read_text("utf-8"))
    return {column["name"]: column["physicalType"] for column in contract["schema"][0]["properties"]}


def rules(path: str) -> dict[str, str]:
    """Row rules of a contract: id and what must hold."""
    contract = yaml.safe_load((ROOT / "schemas" / f"{path}.odcs.yaml").read_text("utf-8"))
    return {rule["id"]: rule["implementation"] for rule in contract["schema"][0]["quality"]}


def cases(table: str) -> list[dict[str, Any]]:
    """The cases of a table; there must be some."""
    found: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases" / f"{table}.yaml").read_text("utf-8"))
    assert found, f"no cases for {table}"
    return found


def landed(spark: SparkSession, path: str, rows: Iterable[Mapping[str, Any]], organisation: str = "public") -> DataFrame:
    """A bronze frame of ``rows``: by column name, as text or value; ``hour`` sets the hour of landing (8)."""
    types = columns(path)
    records = []
    for line, row in enumerate(rows, start=1):
        values = [typed(row.get(column), physical_type) for column, physical_type in types.items()]
        arrived = datetime(2026, 1, 2, row.get("hour", 8))
        records.append((*values, f"row:{line:06d}", "test.csv", line, arrived, organisation, None))
    schema = ", ".join(f"`{column}` {physical_type}" for column, physical_type in types.items())
    return spark.createDataFrame(records, f"{schema}, {LANDED}")


def typed(value: Any, physical_type: str) -> Any:
    """A value of the column's type; the empty text is no value."""
    if value is None or value == "":
        return None
    if physical_type.startswith("decimal"):
        return Decimal(value)
    if physical_type == "date":
        return value if isinstance(value, date) else date.fromisoformat(value)
    return int(value) if physical_type == "int" else str(value)
