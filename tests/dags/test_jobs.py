"""Jobs as a cluster starts them: packed, unpacked, and submitted by Spark's own spark-submit."""

import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from emberlake.orchestration import submit
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.landing import land
from emberlake.runtime.settings import Settings
from emberlake.runtime.store import Store

ROOT = Path(__file__).parents[2]
RUN_ID = "0b0e7a54-6f0d-4c9e-8f0e-000000000001"
SUBMIT = (str(Path(sys.executable).parent / "spark-submit"), "--master", "local[1]", "--driver-memory", "1g", "--conf", "spark.ui.enabled=false")


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("package") / "emberlake.zip"
    subprocess.run(["bash", str(ROOT / "infra" / "spark" / "package.sh"), str(target)], check=True, capture_output=True)
    return target


@pytest.fixture(scope="module")
def unpacked(package: Path) -> Path:
    """A driver's installation made of nothing but the package."""
    with zipfile.ZipFile(package) as archive:
        archive.extractall(package.parent / "home")
    return package.parent / "home"


@pytest.fixture
def landed(tmp_path: Path) -> Settings:
    """A lakehouse that holds only the reference tables that ship."""
    (tmp_path / "landing").mkdir()
    settings = Settings(tmp_path / "lakehouse", tmp_path / "landing")
    assert land(Lakehouse(settings)).landed
    return settings


def test_the_package_holds_code_contracts_suites_jobs_and_reference_tables(package: Path) -> None:
    names = set(zipfile.ZipFile(package).namelist())
    here = {f"emberlake/_schemas/{path.relative_to(ROOT / 'schemas')}" for path in (ROOT / "schemas").rglob("*.yaml")}
    assert here and here <= names
    assert {"emberlake/_jobs/build.py", "emberlake/_expectations/gold/inventory.json", "emberlake/runtime/build.py", "emberlake/carbon/units.txt"} <= names
    assert any(name.startswith("emberlake/reference/unit/") for name in names)
    assert not any("__pycache__" in name for name in names)


@pytest.mark.slow
def test_a_submitted_job_builds_with_the_package_alone_and_leaves_what_the_task_needs(
    package: Path, unpacked: Path, landed: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(unpacked))
    monkeypatch.setattr(submit, "jobs_folder", lambda: unpacked / "emberlake" / "_jobs")
    settings = replace(landed, spark_submit=(*SUBMIT, "--py-files", str(package)))
    submit.submit(settings, "build", "bronze.reference_unit", "silver.unit", "--run-id", RUN_ID)
    store = Store(settings.lakehouse)
    assert store.row_count("silver.unit") == store.row_count("bronze.reference_unit") > 0
    told = submit.built(settings, "silver.unit", RUN_ID)
    assert told == {"table_version": store.version("silver.unit"), "run_id": RUN_ID, "path": str(store.path("silver.unit"))}
    assert submit.built(settings, "silver.unit", "another run") is None
    assert submit.released(settings, RUN_ID) is None


def test_a_job_that_fails_says_so_with_its_last_words(landed: Settings) -> None:
    settings = replace(landed, spark_submit=("sh", "-c", "echo out of luck; exit 3"))
    with pytest.raises(submit.JobFailed, match=r"(?s)release .* ended with 3.*out of luck"):
        submit.release(settings, RUN_ID)


def test_tasks_and_retries_of_a_dag_run_are_one_run() -> None:
    assert submit.run_id_of("medallion", "manual__1") == submit.run_id_of("medallion", "manual__1")
    assert len({submit.run_id_of("medallion", "manual__1"), submit.run_id_of("medallion", "manual__2"), submit.run_id_of("other", "manual__1")}) == 3
