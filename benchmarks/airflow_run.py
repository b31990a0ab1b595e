"""The medallion in this process, twice, through Airflow or without it: airflow_run.py with|without REPORT.

The report is a list with the wall time of each run and the seconds of each task's body. Started by airflow_cost.py, which sets
Airflow's home and database; without Airflow nothing of it is imported.
"""

import json
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from emberlake.contracts.load import load_all
from emberlake.orchestration import submit
from emberlake.orchestration.plan import LAND, RELEASE, plan
from emberlake.runtime.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
RUNS = 2
bodies: dict[str, float] = {}


def timed(verb: str) -> None:
    """Let `submit` note how long each body of a task takes."""
    work = getattr(submit, verb)

    def body(settings: Settings, *words: str) -> Any:
        started = perf_counter()
        try:
            return work(settings, *words)
        finally:
            bodies[words[0] if verb == "build" else verb] = round(perf_counter() - started, 3)

    setattr(submit, verb, body)


def through_airflow() -> Callable[[int], None]:
    """A run of the DAG by Airflow's own task runner; its database and DAG are made ready beforehand."""
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.utils.db import initdb

    initdb()
    DagBundlesManager().sync_bundles_to_db()
    dag = runpy.run_path(str(ROOT / "dags" / "medallion.py"))["dag"]

    def run(_: int) -> None:
        if str(state := dag.test().state) != "success":
            raise SystemExit(f"the DAG run ended as {state}")

    return run


def by_itself() -> Callable[[int], None]:
    """The same bodies in the same order, called one after the other."""
    tasks = plan(load_all()).tasks
    settings = Settings.from_environment()

    def run(number: int) -> None:
        run_id = submit.run_id_of("medallion", f"by itself {number}")
        for task in tasks:
            if task.task_id == LAND:
                submit.land(settings)
            elif task.task_id == RELEASE:
                submit.release(settings, run_id)
            else:
                submit.build(settings, task.contract.name, run_id)

    return run


def main(way: str, report: Path) -> None:
    """Run twice and write down how long it took."""
    for verb in ("land", "build", "release"):
        timed(verb)
    run = through_airflow() if way == "with" else by_itself()
    told = []
    for number in range(RUNS):
        bodies.clear()
        started = perf_counter()
        run(number)
        told.append({"wall_s": round(perf_counter() - started, 3), "bodies": dict(bodies)})
    report.write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
