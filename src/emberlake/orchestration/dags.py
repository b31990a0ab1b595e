"""DAGs from the plan: the door to Airflow. Parsing reads contracts and nothing heavier.

A task that found nothing to do is *skipped*, with the reason in its log, and what waits for it goes on; a task that failed
holds up what waits for it, and so the release.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, Asset, TaskGroup, TriggerRule
from airflow.sdk.exceptions import AirflowSkipException

from emberlake.contracts.load import load_all
from emberlake.names import LAYERS, layer_of, short_name
from emberlake.orchestration import submit
from emberlake.orchestration.plan import LAND, RELEASE, Plan, Task, cadence, plan
from emberlake.runtime.settings import Settings

RECONCILED = (
    "Computes every table of silver and gold anew in a throw-away lakehouse and compares it with what stands. Each key that differs is "
    "entered in `audit.reconciliation` with its cause and the difference in kgCO2e, then repaired and published. Nothing differs, nothing is written."
)
RELEASED = Asset(name="emberlake.release", uri="emberlake://audit/release", group="release")


def medallion() -> DAG:
    """From landed extracts to a release, as often as the freshest table asks for."""
    work = plan(load_all(Settings.from_environment().schemas))
    interval = timedelta(hours=work.frequency_hours)
    with DAG(
        dag_id="medallion", description="Raw extracts become bronze, silver and gold tables, are judged, and are released together",
        doc_md=overview(work), tags=list(work.tags), schedule=interval, start_date=datetime(2025, 1, 1, tzinfo=UTC), catchup=False,
        max_active_runs=1, dagrun_timeout=interval,  # a run that outlasts its interval leaves tables staler than their contracts promise
    ) as dag:  # fmt: skip
        groups = {layer: TaskGroup(layer) for layer in LAYERS}
        tasks = {task.task_id: operator(task, groups) for task in work.tasks}
        for task in work.tasks:
            tasks[task.task_id].set_upstream([tasks[name] for name in task.upstream])
    return dag


def reconciliation() -> DAG:
    """Every night: what stands is proven by computing it anew, and what differs is repaired. Waits for its turn where a stream or a run builds."""
    book = load_all(Settings.from_environment().schemas)["audit.reconciliation"]
    interval = timedelta(hours=book.frequency_hours)
    with DAG(
        dag_id="reconciliation", description="What stands is compared with a computation of everything, and what differs is repaired by key",
        doc_md=f"{RECONCILED}\n\n{book.grain}", tags=["silver", "gold", cadence(book.frequency_hours)], schedule=interval,
        start_date=datetime(2025, 1, 1, 2, tzinfo=UTC), catchup=False, max_active_runs=1, dagrun_timeout=interval,
    ) as dag:  # fmt: skip
        PythonOperator(
            task_id="reconcile", python_callable=reconcile, owner=book.owner, retries=book.retries, retry_delay=timedelta(minutes=10), doc_md=RECONCILED,
            trigger_rule=TriggerRule.NONE_FAILED,
        )  # fmt: skip
    return dag


def overview(work: Plan) -> str:
    lines = "\n".join(f"- `{task.task_id}` ({task.owner}): {task.contract.grain}" for task in work.tasks if task.builds)
    return (
        "Lands what is new, builds each table after its inputs, then judges and releases all of them together. Every task, "
        f"its owner, retries and order follow from the contracts in `schemas/`.\n\n{lines}"
    )


def operator(task: Task, groups: dict[str, TaskGroup]) -> PythonOperator:
    """The task as Airflow's own; within its layer's group a table's task is called by the table's name."""
    common: dict[str, Any] = {"owner": task.owner, "retries": task.retries, "doc_md": task.doc, "trigger_rule": TriggerRule.NONE_FAILED}
    if task.task_id == LAND:
        return PythonOperator(task_id=LAND, python_callable=land, **common)
    if task.task_id == RELEASE:
        return PythonOperator(task_id=RELEASE, python_callable=release, outlets=[RELEASED], **common)
    group, words = groups[task.contract.layer], {"table": task.contract.name}
    outlets = [asset(task)] if task.contract.layer == "gold" else []
    return PythonOperator(task_id=task.contract.short_name, task_group=group, python_callable=build, op_kwargs=words, outlets=outlets, **common)


def asset(task: Task) -> Asset:
    """A gold table, by a name that holds wherever the lakehouse lies; its events say where that is."""
    table = task.contract.name
    static: dict[str, Any] = {"owner": task.owner, "freshness_hours": task.frequency_hours}
    return Asset(name=table, uri=f"emberlake://{layer_of(table)}/{short_name(table)}", group=task.contract.layer, extra=static)


def land() -> None:
    submit.land(Settings.from_environment())


def build(table: str, dag_run: Any, outlet_events: Any, outlets: Any) -> None:
    told = submit.build(Settings.from_environment(), table, submit.run_id_of(dag_run.dag_id, dag_run.run_id))
    if told is None:
        raise AirflowSkipException(f"{table} stands as it was; the lines above say why")
    for outlet in outlets:
        outlet_events[outlet].extra = told


def release(dag_run: Any, outlet_events: Any) -> None:
    told = submit.release(Settings.from_environment(), submit.run_id_of(dag_run.dag_id, dag_run.run_id))
    if told is None:
        raise AirflowSkipException("nothing differs from the release in force")
    outlet_events[RELEASED].extra = told


def reconcile() -> None:
    submit.reconcile(Settings.from_environment())
