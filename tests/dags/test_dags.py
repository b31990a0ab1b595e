"""Every DAG as Airflow parses it, against the contracts it is derived from."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from emberlake.contracts.graph import inputs_of
from emberlake.contracts.load import load_all
from emberlake.contracts.model import Contract
from emberlake.names import LAYERS
from emberlake.orchestration.plan import BOOKS, CADENCES, LAND, RELEASE, TAGS, cadence, plan

ROOT = Path(__file__).parents[2]
PARSE = "import runpy, sys; runpy.run_path(sys.argv[1]); print(*sorted({'pyspark', 'great_expectations', 'delta', 'deltalake'} & set(sys.modules)))"


@pytest.fixture(scope="module")
def contracts() -> dict[str, Contract]:
    return load_all()


@pytest.fixture(scope="module")
def tasks(parsed: dict[str, Any]) -> dict[str, Any]:
    return dict(parsed["dags"]["medallion"]["tasks"])


def described_by(task_id: str, contracts: dict[str, Contract]) -> Contract:
    return contracts[BOOKS.get(task_id, task_id)]


def test_every_file_in_dags_parses_to_a_dag_named_as_the_file(parsed: dict[str, Any]) -> None:
    assert parsed["errors"] == {}
    assert sorted(parsed["dags"]) == sorted(path.stem for path in (ROOT / "dags").glob("*.py"))


@pytest.mark.parametrize("path", sorted((ROOT / "dags").glob("*.py")), ids=lambda path: path.stem)
def test_parsing_imports_nothing_heavy(path: Path, airflow_environment: dict[str, str]) -> None:
    done = subprocess.run([sys.executable, "-c", PARSE, str(path)], env=airflow_environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.split() == []


def test_the_dag_bag_brings_nothing_heavy_either(parsed: dict[str, Any]) -> None:
    assert parsed["heavy"] == []


def test_each_table_of_the_three_layers_has_one_task_in_the_group_of_its_layer(tasks: dict[str, Any], contracts: dict[str, Contract]) -> None:
    tables = {name: contract.layer for name, contract in contracts.items() if contract.layer in LAYERS}
    assert {name: facts["group"] for name, facts in tasks.items() if name not in BOOKS} == tables


def test_a_table_waits_for_its_inputs_and_for_nothing_else(tasks: dict[str, Any], contracts: dict[str, Contract]) -> None:
    for name, facts in tasks.items():
        if name not in BOOKS:
            assert facts["upstream"] == sorted(inputs_of(contracts[name]) or [LAND]), name


def test_the_release_comes_after_every_table(tasks: dict[str, Any]) -> None:
    seen, waiting = set(), [RELEASE]
    while waiting:
        name = waiting.pop()
        seen.add(name)
        waiting += [before for before in tasks[name]["upstream"] if before not in seen]
    assert seen == set(tasks)


def test_owner_retries_and_documentation_are_the_contracts(tasks: dict[str, Any], contracts: dict[str, Contract]) -> None:
    for name, facts in tasks.items():
        contract = described_by(name, contracts)
        assert (facts["owner"], facts["retries"]) == (contract.owner, contract.retries), name
        for words in (contract.grain, contract.purpose, f"at most {contract.frequency_hours} hours", f"docs/tables/{contract.layer}/{contract.short_name}.md"):
            assert words in facts["doc"], name


def test_the_schedule_is_the_smallest_frequency_and_a_run_may_not_outlast_it(parsed: dict[str, Any], contracts: dict[str, Contract]) -> None:
    smallest = 3600 * min(c.frequency_hours for c in contracts.values() if c.layer in LAYERS or c.name in BOOKS.values())
    dag = parsed["dags"]["medallion"]
    assert (dag["interval_seconds"], dag["timeout_seconds"]) == (smallest, smallest)


def test_gold_tables_and_the_release_are_announced_as_assets(tasks: dict[str, Any], contracts: dict[str, Contract]) -> None:
    gold = {name: {name: f"emberlake://gold/{name.removeprefix('gold.')}"} for name, c in contracts.items() if c.layer == "gold"}
    assert {name: facts["outlets"] for name, facts in tasks.items() if facts["outlets"]} == gold | {RELEASE: {"emberlake.release": "emberlake://audit/release"}}


def test_hygiene(parsed: dict[str, Any]) -> None:
    for dag_id, dag in parsed["dags"].items():
        assert dag["tags"] and set(dag["tags"]) <= TAGS, dag_id
        assert (dag["catchup"], dag["max_active_runs"]) == (False, 1), dag_id
        assert len(dag["doc"]) >= 100, dag_id
        for name, facts in dag["tasks"].items():
            assert len(facts["doc"]) >= 60, name
            assert facts["owner"] != "airflow", name
            assert facts["retries"] >= 1, name
            assert facts["trigger_rule"] == ("none_failed" if dag_id == "medallion" else "all_success"), name


def test_files_in_dags_hold_no_logic_and_jobs_stay_small() -> None:
    for path in (ROOT / "dags").glob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 10, path.name
    jobs = sorted((ROOT / "jobs").glob("*.py"))
    assert {path.stem for path in jobs} == {"land", "build", "release", "stream", "recalculate", "reconcile"}
    for path in jobs:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 40, path.name


@pytest.mark.parametrize(("hours", "expected"), [(1, "hourly"), (6, "hourly"), (24, "daily"), (30, "daily"), (168, "weekly"), (9000, "monthly")])
def test_cadence(hours: int, expected: str) -> None:
    assert cadence(hours) == expected
    assert expected in CADENCES


def test_a_table_with_a_shorter_interval_sets_the_pace(contracts: dict[str, Contract]) -> None:
    from dataclasses import replace

    faster = contracts | {"bronze.sap_mseg": replace(contracts["bronze.sap_mseg"], frequency_hours=1)}
    work = plan(faster)
    assert (work.frequency_hours, work.tags) == (1, ("bronze", "silver", "gold", "hourly"))
