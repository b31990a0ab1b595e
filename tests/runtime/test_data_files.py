"""Files come into a table and leave it by one commit, or not at all."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.settings import Settings
from emberlake.runtime.store import LostCommit, actions
from emberlake.runtime.store.data_files import MissingValue
from support.tables import frame

PLANT = "silver.plant"
ODD = "werk süd: 1/2 = 50%"


@pytest.fixture
def lakehouse(spark: SparkSession, tmp_path: Path) -> Lakehouse:
    opened = Lakehouse(Settings(tmp_path / "lakehouse", tmp_path / "landing"))
    opened.store.ensure(opened.contract(PLANT))
    return opened


def facts(lakehouse: Lakehouse, build: str, **other: Any) -> Mapping[str, Any]:
    return {"build_id": build, "job": PLANT, "transaction": lakehouse.store.next_transaction(PLANT, PLANT), **other}


def plants(lakehouse: Lakehouse, *names: str) -> DataFrame:
    rows = [{"plant_id": name, "plant_name": name, "country_code": "DE"} for name in names]
    return frame(lakehouse.spark, PLANT, rows, source_system=ODD)


def standing(lakehouse: Lakehouse) -> list[tuple[str, str]]:
    found = lakehouse.store.read(lakehouse.spark, PLANT, lakehouse.store.version(PLANT))
    return sorted((row["plant_id"], row["source_system"]) for row in found.collect())


def data_files(lakehouse: Lakehouse) -> int:
    return len(list(lakehouse.store.path(PLANT).rglob("*.parquet")))


def test_a_file_leaves_whatever_its_partition_is_called(lakehouse: Lakehouse) -> None:
    store = lakehouse.store
    store.append(plants(lakehouse, "a", "b"), PLANT, facts(lakehouse, "1"))
    assert standing(lakehouse) == [("a", ODD), ("b", ODD)]
    gone = [path.rsplit("/", 1)[1] for path in actions(store.handle(PLANT)).column("path").to_pylist()]
    store.replace_files(plants(lakehouse, "c"), PLANT, gone, facts(lakehouse, "2"))
    assert standing(lakehouse) == [("c", ODD)] and store.row_count(PLANT) == 1
    assert not store.staging(PLANT, facts(lakehouse, "3")).parent.exists()


def test_of_two_writers_that_read_the_same_the_second_leaves_nothing(lakehouse: Lakehouse) -> None:
    stale = facts(lakehouse, "stale")
    lakehouse.store.append(plants(lakehouse, "a"), PLANT, facts(lakehouse, "first"))
    files = data_files(lakehouse)
    with pytest.raises(LostCommit, match="another writer was there"):
        lakehouse.store.append(plants(lakehouse, "b"), PLANT, stale)
    assert standing(lakehouse) == [("a", ODD)] and data_files(lakehouse) == files


def test_what_is_required_is_there_or_nothing_is_written(lakehouse: Lakehouse) -> None:
    nameless = plants(lakehouse, "a").replace("a", None, ["plant_id"])
    with pytest.raises(MissingValue, match="plant_id is required and empty"):
        lakehouse.store.append(nameless, PLANT, facts(lakehouse, "1"))
    assert standing(lakehouse) == [] and data_files(lakehouse) == 0


def test_a_version_whose_file_is_gone_cannot_be_read(lakehouse: Lakehouse) -> None:
    version = lakehouse.store.append(plants(lakehouse, "a"), PLANT, facts(lakehouse, "1"))
    assert lakehouse.store.is_readable(PLANT, version)
    next(lakehouse.store.path(PLANT).rglob("*.parquet")).unlink()
    assert not lakehouse.store.is_readable(PLANT, version)
    assert not lakehouse.store.is_readable(PLANT, version + 1)
