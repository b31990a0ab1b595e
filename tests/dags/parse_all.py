"""Parse the dags folder as Airflow does and write down what came of it: parse_all.py FILE."""

import json
import sys
from pathlib import Path

from airflow.dag_processing.dagbag import DagBag

HEAVY = ("pyspark", "great_expectations", "delta", "deltalake", "pandas", "duckdb")


def task_facts(task):
    return {
        "owner": task.owner,
        "retries": task.retries,
        "doc": task.doc_md,
        "upstream": sorted(task.upstream_task_ids),
        "group": task.task_group.group_id,
        "trigger_rule": task.trigger_rule.value,
        "outlets": {asset.name: asset.uri for asset in task.outlets},
    }


def dag_facts(dag):
    return {
        "tags": sorted(dag.tags),
        "doc": dag.doc_md,
        "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs,
        "interval_seconds": dag.schedule.total_seconds() if dag.schedule else None,
        "timeout_seconds": dag.dagrun_timeout.total_seconds() if dag.dagrun_timeout else None,
        "tasks": {task.task_id: task_facts(task) for task in dag.tasks},
    }


before = {name for name in HEAVY if name in sys.modules}  # what Airflow itself brings is not ours
bag = DagBag()
told = {
    "errors": bag.import_errors,
    "heavy": sorted({name for name in HEAVY if name in sys.modules} - before),
    "dags": {dag_id: dag_facts(dag) for dag_id, dag in bag.dags.items()},
}
Path(sys.argv[1]).write_text(json.dumps(told), encoding="utf-8")
