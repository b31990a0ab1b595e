"""Airflow in a process of its own: importing it changes logging and configuration of the whole interpreter."""

import os
from pathlib import Path
from typing import Any

import pytest
from airflow_process import run_script

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def airflow_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Airflow's settings by environment alone: a home and a database that go with the tests."""
    home = tmp_path_factory.mktemp("airflow")
    return os.environ | {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]),
    }


@pytest.fixture(scope="session")
def parsed(airflow_environment: dict[str, str]) -> dict[str, Any]:
    """The dags folder as Airflow sees it: DAGs, errors, and the heavy modules that parsing brought in."""
    return dict(run_script("parse_all.py", airflow_environment))
