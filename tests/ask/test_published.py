"""What is published is a folder of Delta tables: every public reader sees the same rows and the same totals."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import deltalake
import duckdb
import duckdb_ext
import polars
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from emberlake.tables import Tables
from support.lakehouses import Built

pytestmark = pytest.mark.slow
COLUMNS = {"gold/inventory": "kgco2e", "gold/emission": "kgco2e", "gold/activity": "spend_eur", "silver/goods_receipt": "net_amount"}
Totals = tuple[int, Decimal]


@pytest.fixture(scope="module")
def published(sample_lakehouse: Built) -> Path:
    return sample_lakehouse.lakehouse.settings.lakehouse / "published"


def by_duckdb(path: Path, column: str) -> Totals:
    """With the extension that the package duckdb-ext-delta carries: nothing is fetched."""
    (extension,) = (file for folder in duckdb_ext.__path__ for file in Path(folder).rglob("delta.duckdb_extension"))
    with duckdb.connect(":memory:") as connection:
        connection.load_extension(str(extension))
        row = connection.execute(f"select count(*), sum({column}) from delta_scan('{path}')").fetchone()
    assert row is not None
    return int(row[0]), Decimal(row[1])


def by_polars(path: Path, column: str) -> Totals:
    frame = polars.read_delta(str(path))
    return frame.height, frame[column].sum()


def by_delta_rs(path: Path, column: str) -> Totals:
    rows = deltalake.DeltaTable(str(path)).to_pyarrow_table()
    return rows.num_rows, pc.sum(rows[column].cast(pa.decimal128(38, 12))).as_py()


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("read", [by_duckdb, by_polars, by_delta_rs])
def test_readers_agree(sample_lakehouse: Built, published: Path, read: Callable[[Path, str], Totals], name: str) -> None:
    assert read(published / name, COLUMNS[name]) == expected(sample_lakehouse, name)


def test_spark_agrees(spark: SparkSession, sample_lakehouse: Built, published: Path) -> None:
    for name, column in COLUMNS.items():
        row = spark.read.format("delta").load(str(published / name)).agg(F.count(F.lit(1)), F.sum(column)).first()
        assert row is not None
        assert tuple(row) == expected(sample_lakehouse, name)


def test_what_is_published_is_the_release_in_force(sample_lakehouse: Built, published: Path) -> None:
    tables = Tables(published.parent)
    assert published.is_symlink() and published.resolve().name == tables.release().release_id
    found = {f"{path.parent.name}.{path.name}" for path in published.glob("*/*")}
    assert found == {table for table in tables.release().versions if not table.startswith("bronze.")}
    assert list((published / "gold" / "inventory" / "_delta_log").glob("*.json")), "a published table has a log of its own"


def expected(built: Built, name: str) -> Totals:
    asked = f"select count(*) as n, sum({COLUMNS[name]}) as total from {name.replace('/', '.')}"
    row = Tables(built.lakehouse.settings.lakehouse).query(asked).to_pylist()[0]
    assert row["n"] > 50 and row["total"] > 0
    return row["n"], row["total"]
