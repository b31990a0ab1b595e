"""The DAG recalculation asks somebody and does what was answered; what planning and posting do is tested without Airflow."""

import json

import pytest
from airflow_process import run_script

PLAN = {"plan_id": "4f0c", "words": "| period |\n| --- |\n| 2025-01 |"}
QUESTION = {"subject": "Recalculation 4f0c", "body": PLAN["words"], "options": ["Approve", "Refuse"], "params": ["reason"]}
TASKS = ("land", "plan", "approval", "decide")


@pytest.mark.slow
def test_somebody_is_asked_and_the_answer_is_done(airflow_environment: dict[str, str]) -> None:
    cases = [(PLAN, "Approve", "erratum"), (PLAN, "Refuse", "not yet"), (None, "Approve", "nothing was planned")]
    approved, refused, idle = run_script("run_recalculation.py", airflow_environment, json.dumps(cases))
    for run, last in ((approved, "success"), (refused, "skipped")):
        assert run["asked"] == [QUESTION]
        assert (run["state"], run["states"]) == ("success", dict(zip(TASKS, ("success", "success", "success", last), strict=True)))
    assert approved["done"] == [["4f0c", True, "a.pruefer", "erratum", approved["run_id"]]]
    assert refused["done"] == [["4f0c", False, "a.pruefer", "not yet", refused["run_id"]]]
    assert (idle["asked"], idle["done"]) == ([], [])
    assert idle["states"] == dict(zip(TASKS, ("success", "skipped", "skipped", "skipped"), strict=True))
