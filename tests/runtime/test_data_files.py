"""Files come into a table and leave it by one commit, or not at all."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest
from deltalake.transaction import AddAction
from pyspark.sql import DataFrame, SparkSession

from emberlake.runtime import files_within
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.settings import Settings
from emberlake.runtime.store import LostCommit, actions, reading
from emberlake.runtime.store.data_files import MissingValue, commit, partition_values
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


def test_no_rows_are_a_commit_only_where_that_says_something(lakehouse: Lakehouse) -> None:
    store, none = lakehouse.store, plants(lakehouse, "a").limit(0)
    before = store.version(PLANT)
    assert store.append(none, PLANT, facts(lakehouse, "1"), even_none=False) == before
    assert not store.staging(PLANT, facts(lakehouse, "1")).parent.exists()
    assert store.append(none, PLANT, facts(lakehouse, "2")) == before + 1


def test_files_of_several_partitions_have_names_of_their_own(lakehouse: Lakehouse) -> None:
    """One task writes into every partition, and Spark names all its files alike: by name, the other plants would leave with this one."""
    store = lakehouse.store
    store.append(of_systems(lakehouse), PLANT, facts(lakehouse, "1"))
    paths = [Path(path) for path in actions(store.handle(PLANT)).column("path").to_pylist()]
    assert len({path.name for path in paths}) == len(paths) == 2
    [gone] = [path.name for path in paths if "kontor" in str(path)]
    store.replace_files(plants(lakehouse, "c"), PLANT, [gone], facts(lakehouse, "2"))
    assert standing(lakehouse) == [("a", "sap"), ("c", ODD)]


def test_files_that_another_writer_named_alike_are_all_found(lakehouse: Lakehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_within, "FEW", 0)
    folder = lakehouse.store.path(PLANT)
    of_systems(lakehouse).write.partitionBy("source_system").mode("append").parquet(str(folder))
    files = [file.relative_to(folder) for file in folder.rglob("*.parquet")]
    added = [AddAction(str(file), (folder / file).stat().st_size, partition_values(file), 0, True, json.dumps({"numRecords": 1})) for file in files]
    commit(lakehouse.store.handle(PLANT), added, (), facts(lakehouse, "another"))
    names = {file.name for file in files}
    assert (len(files), len(names)) == (2, 1), "the two files have names of their own; the test shows nothing"
    for plant in ("a", "b"):
        groups = lakehouse.spark.createDataFrame([(plant,)], "_group_plant_id string")
        found = files_within.files_within(lakehouse, PLANT, lakehouse.store.version(PLANT), groups, {"plant_id": "plant_id"})
        assert found == files_within.FilesWithin(dict.fromkeys(names, 1), dict.fromkeys(names, 2), weight=1)


@pytest.mark.parametrize("name", ["a", "x" * 6000], ids=["short", "too long for Parquet's statistics"])
def test_a_row_is_found_whatever_its_file_says_of_its_values(lakehouse: Lakehouse, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(files_within, "FEW", 0)
    monkeypatch.setattr(reading, "FEW", 0)
    lakehouse.store.append(plants(lakehouse, name), PLANT, facts(lakehouse, "1"))
    lakehouse.store.append(plants(lakehouse, "b"), PLANT, facts(lakehouse, "2"))
    [least] = [row for row in actions(lakehouse.store.handle(PLANT)).column("min.plant_id").to_pylist() if row != "b"]
    assert (least is None) == (len(name) > 4096)
    groups = lakehouse.spark.createDataFrame([(name,)], "_group_plant_id string")
    found = files_within.files_within(lakehouse, PLANT, lakehouse.store.version(PLANT), groups, {"plant_id": "plant_id"})
    assert found is not None and found.weight == 1
    assert lakehouse.store.dataset(PLANT).count_rows(filter=pc.field("plant_id") == name) == 1


def test_a_required_value_is_missed_among_values_too_long_for_statistics(lakehouse: Lakehouse) -> None:
    with pytest.raises(MissingValue, match="plant_id, plant_name is required"):
        lakehouse.store.append(plants(lakehouse, "x" * 6000, None).coalesce(1), PLANT, facts(lakehouse, "1"))  # type: ignore[arg-type]


def test_empty_values_are_found_beside_others(lakehouse: Lakehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file whose log tells a least value, and that rows are empty; and one whose log tells half of it."""
    monkeypatch.setattr(reading, "FEW", 0)
    folder, column = lakehouse.store.path(PLANT), pc.field("country_code")
    rows = frame(lakehouse.spark, PLANT, [{"plant_id": name, "country_code": country} for name, country in (("a", "DE"), ("b", None))]).drop("source_system")
    rows.coalesce(1).write.parquet(str(folder / "source_system=sap"))
    [file] = (folder / "source_system=sap").glob("*.parquet")
    told = {"minValues": {"country_code": "DE"}, "maxValues": {"country_code": "DE"}, "nullCount": {"country_code": 1, "plant_id": 0}}
    for words in (told, {"minValues": {}, "maxValues": {}, "nullCount": {}}):
        place = file.relative_to(folder)
        add = AddAction(str(place), file.stat().st_size, {"source_system": "sap"}, 0, True, json.dumps({"numRecords": 2, **words}))
        commit(lakehouse.store.handle(PLANT), [add], (), facts(lakehouse, "another"))
        found = lakehouse.store.dataset(PLANT)
        assert [
            found.count_rows(filter=asked) for asked in (column.is_null(), column == "DE", pc.field("plant_id") == "a", pc.field("source_system") == "sap")
        ] == [1, 1, 1, 2]


def of_systems(lakehouse: Lakehouse) -> DataFrame:
    """Plant a of one system and b of another, in one task."""
    plant = {"country_code": "DE", "plant_name": "Werk"}
    sap, kontor = (frame(lakehouse.spark, PLANT, [plant | {"plant_id": name}], source_system=at) for name, at in (("a", "sap"), ("b", "kontor")))
    return sap.unionByName(kontor).coalesce(1)


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
