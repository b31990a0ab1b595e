"""The sample company through Airflow itself, compared with the same company run by hand."""

from typing import Any

import pyarrow as pa
import pytest
from airflow_process import run_script

from emberlake.names import LAYERS
from emberlake.orchestration.plan import LAND, RELEASE
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.settings import Settings
from emberlake.runtime.store import Store
from support.lakehouses import Built

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, sample_lakehouse: Built) -> Lakehouse:
    return Lakehouse(Settings(tmp_path_factory.mktemp("scheduled") / "lakehouse", sample_lakehouse.extracts))


@pytest.fixture(scope="module")
def runs(house: Lakehouse, airflow_environment: dict[str, str]) -> list[dict[str, Any]]:
    """Two runs on the same extracts: the second has nothing to do."""
    folders = {"EMBERLAKE_LAKEHOUSE": str(house.settings.lakehouse), "EMBERLAKE_LANDING": str(house.settings.landing)}
    small = {"EMBERLAKE_SPARK_MASTER": "local[2]", "EMBERLAKE_SPARK_CONF": "spark.driver.memory=2g;spark.sql.shuffle.partitions=2"}
    return list(run_script("run_medallion.py", airflow_environment | folders | small, "2"))


def released(house: Lakehouse) -> dict[str, int]:
    """Table → rows, of the only release."""
    rows = house.books.releases()
    assert len({row["release_id"] for row in rows}) == 1
    return {row["table_name"]: row["row_count"] for row in rows}


def inventory(house: Lakehouse) -> list[dict[str, Any]]:
    published = house.settings.lakehouse / "published" / "gold" / "inventory"
    rows = Store(published.parents[1]).dataset("gold.inventory").to_table()
    kept = [field.name for field in rows.schema if not pa.types.is_timestamp(field.type)]
    return sorted(rows.select(kept).to_pylist(), key=lambda row: str(row["inventory_id"]))


def test_the_run_ends_in_a_release_with_the_inventory_of_a_run_by_hand(runs: list[dict[str, Any]], house: Lakehouse, sample_lakehouse: Built) -> None:
    assert runs[0]["state"] == "success"
    assert released(house) == released(sample_lakehouse.lakehouse)
    rows = inventory(house)
    assert len(rows) > 100
    assert rows == inventory(sample_lakehouse.lakehouse)


def test_a_task_succeeds_where_its_table_was_written_and_is_skipped_elsewhere(runs: list[dict[str, Any]], house: Lakehouse) -> None:
    written = {table for table in house.contracts if house.contract(table).layer in LAYERS and house.store.exists(table)}
    first = runs[0]["states"]
    assert {name for name, state in first.items() if state == "success"} == written | {LAND, RELEASE}
    assert {state for name, state in first.items() if name not in written | {LAND, RELEASE}} <= {"skipped"}


def test_a_run_on_known_extracts_writes_nothing_and_announces_nothing(runs: list[dict[str, Any]]) -> None:
    second = runs[1]
    assert second["state"] == "success"
    assert {name for name, state in second["states"].items() if state != "skipped"} == {LAND}
    assert second["events"] == []


def test_gold_tables_are_announced_with_version_and_run_and_the_release_with_all_versions(runs: list[dict[str, Any]], house: Lakehouse) -> None:
    events = {event["name"]: event["extra"] for event in runs[0]["events"]}
    gold = [name for name, contract in house.contracts.items() if contract.layer == "gold"]
    assert set(events) == {*gold, "emberlake.release"}
    for table in gold:
        assert events[table] == {"table_version": house.store.version(table), "run_id": runs[0]["run_id"], "path": str(house.store.path(table))}
    rows = house.books.releases()
    assert events["emberlake.release"]["release_id"] == rows[0]["release_id"]
    assert events["emberlake.release"]["table_versions"] == {row["table_name"]: row["table_version"] for row in rows}


def test_all_tasks_of_a_dag_run_are_one_run_in_the_books(runs: list[dict[str, Any]], house: Lakehouse) -> None:
    assert {row["run_id"] for row in house.books.read("commit")} == {runs[0]["run_id"]}
    ends = [(row["run_id"], row["status"]) for row in house.books.read("run")]
    assert sorted(ends) == sorted((run["run_id"], "complete") for run in runs)
