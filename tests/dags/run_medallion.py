"""Run the medallion through Airflow itself, in one process with one Spark session: run_medallion.py TIMES FILE.

Writes how each task of each run ended, how long its body took, the wall time, and the asset events.
"""

import json
import runpy
import sys
from pathlib import Path
from time import perf_counter

from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.models.asset import AssetEvent
from airflow.utils.db import initdb
from airflow.utils.session import create_session

from emberlake.orchestration import submit

bodies: dict[str, float] = {}


def timed(verb):
    work = getattr(submit, verb)

    def body(settings, *words):
        started = perf_counter()
        try:
            return work(settings, *words)
        finally:
            bodies[words[0] if verb == "build" else verb] = perf_counter() - started

    setattr(submit, verb, body)


def one_run(dag):
    bodies.clear()
    started = perf_counter()
    run = dag.test()
    wall = perf_counter() - started
    with create_session() as session:
        events = [
            {"name": e.asset.name, "uri": e.asset.uri, "extra": e.extra} for e in session.query(AssetEvent).filter(AssetEvent.source_run_id == run.run_id)
        ]
        states = {ti.task_id: str(ti.state) for ti in run.get_task_instances(session=session)}
    return {
        "run_id": submit.run_id_of(run.dag_id, run.run_id),
        "state": str(run.state),
        "states": states,
        "bodies": dict(bodies),
        "wall": wall,
        "events": events,
    }


for verb in ("land", "build", "release"):
    timed(verb)
initdb()
DagBundlesManager().sync_bundles_to_db()
dag = runpy.run_path(str(Path(__file__).parents[2] / "dags" / "medallion.py"))["dag"]
Path(sys.argv[2]).write_text(json.dumps([one_run(dag) for _ in range(int(sys.argv[1]))]), encoding="utf-8")
