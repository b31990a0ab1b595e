"""Run the DAG recalculation through Airflow itself, somebody answering as its interface does: run_recalculation.py CASES FILE.

A case is what planning is to give (null where nothing is to be planned), the answer and the reason. Writes of each how its tasks
ended, what was asked, and what was done with the answer.
"""

import json
import runpy
import sys
from pathlib import Path
from threading import Event, Thread

from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from airflow.api_fastapi.core_api.datamodels.hitl import UpdateHITLDetailPayload
from airflow.api_fastapi.core_api.routes.public.hitl import update_hitl_detail
from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.models.hitl import HITLDetail
from airflow.utils.db import initdb
from airflow.utils.session import create_session

from emberlake.orchestration import decisions, submit

EVERY_S = 0.2


def respond(answer, reason, asked, ended):
    """Wait for the question, and answer it by the function behind the interface's own door."""
    while not asked and not ended.wait(EVERY_S):
        with create_session() as session:
            for detail in session.query(HITLDetail).all():
                ti = detail.task_instance
                if str(ti.state) == "awaiting_input":
                    asked.append({"subject": detail.subject, "body": detail.body, "options": detail.options, "params": sorted(detail.params)})
                    words = UpdateHITLDetailPayload(chosen_options=[answer], params_input={"reason": reason})
                    update_hitl_detail(ti.dag_id, ti.run_id, ti.task_id, words, SimpleAuthManagerUser(username="a.pruefer", role="admin"), session)


def one_run(dag, planned, answer, reason):
    asked, done, ended = [], [], Event()

    def decide(_, *words):
        done.append(words)
        return {"release_id": "1"} if words[1] else None

    decisions.plan, decisions.decide = lambda _: planned, decide
    somebody = Thread(target=respond, args=(answer, reason, asked, ended))
    somebody.start()
    run = dag.test()
    ended.set()
    somebody.join()
    with create_session() as session:
        states = {ti.task_id: str(ti.state) for ti in run.get_task_instances(session=session)}
    return {"state": str(run.state), "states": states, "asked": asked, "done": done, "run_id": submit.run_id_of(run.dag_id, run.run_id)}


submit.land = lambda _: None
initdb()
DagBundlesManager().sync_bundles_to_db()
dag = runpy.run_path(str(Path(__file__).parents[2] / "dags" / "recalculation.py"))["dag"]
Path(sys.argv[2]).write_text(json.dumps([one_run(dag, *case) for case in json.loads(sys.argv[1])]), encoding="utf-8")
