"""DAGs from the plan: the door to Airflow. Parsing reads contracts and nothing heavier.

A task that found nothing to do is *skipped*, with the reason in its log, and what waits for it goes on; a task that failed
holds up what waits for it, and so the release.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, Asset, Param, TaskGroup, TriggerRule
from airflow.sdk.exceptions import AirflowSkipException

from emberlake.contracts.load import load_all
from emberlake.names import LAYERS, layer_of, short_name
from emberlake.orchestration import decisions, submit
from emberlake.orchestration.plan import LAND, RELEASE, Plan, Task, cadence, plan
from emberlake.runtime.settings import Settings

APPROVE, REFUSE = "Approve", "Refuse"
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


def recalculation() -> DAG:
    """Lands what is new, plans what a run would post, waits for somebody's decision, and posts exactly that or nothing. Started by hand."""
    book = load_all(Settings.from_environment().schemas)["audit.recalculation"]
    common: dict[str, Any] = {"owner": book.owner, "retries": book.retries}
    with DAG(
        dag_id="recalculation", description="What changed numbers would come to is planned, approved by somebody, and posted exactly so",
        doc_md=recalculation.__doc__, tags=["gold"], schedule=None, start_date=datetime(2025, 1, 1, tzinfo=UTC), catchup=False, max_active_runs=1,
    ) as dag:  # fmt: skip
        landing = PythonOperator(task_id=LAND, python_callable=land, doc_md="Takes in what is new in the landing folder, as the medallion does.", **common)
        planning = PythonOperator(task_id="plan", python_callable=plan_recalculation, doc_md=f"Writes **{book.name}**: {book.purpose}", **common)
        asking = HITLOperator(
            task_id="approval", subject="Recalculation {{ ti.xcom_pull('plan')['plan_id'] }}", body="{{ ti.xcom_pull('plan')['words'] }}",
            options=[APPROVE, REFUSE], params={"reason": Param("", type="string", description="Why it is approved or refused")},
            doc_md="Asks whoever may decide, and waits. The table shows kgCO2e before and after; the reason is kept.", **common,
        )  # fmt: skip
        words = "Posts what was approved, unless anything moved since; or enters that it was refused."
        posting = PythonOperator(task_id="decide", python_callable=decide, outlets=[RELEASED], doc_md=words, **common)
        landing >> planning >> asking >> posting
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


def plan_recalculation() -> dict[str, Any]:
    told = decisions.plan(Settings.from_environment())
    if told is None:
        raise AirflowSkipException("no ledger would be built; there is nothing to approve")
    return told


def decide(ti: Any, dag_run: Any, outlet_events: Any) -> None:
    plan_id, answer = ti.xcom_pull("plan")["plan_id"], ti.xcom_pull("approval")
    approves, name = answer["chosen_options"] == [APPROVE], (answer["responded_by_user"] or {}).get("name", "")
    run_id = submit.run_id_of(dag_run.dag_id, dag_run.run_id)
    told = decisions.decide(Settings.from_environment(), plan_id, approves, name, answer["params_input"].get("reason", ""), run_id)
    if told is None:
        raise AirflowSkipException(f"plan {plan_id}: nothing was released")
    outlet_events[RELEASED].extra = told


def reconcile() -> None:
    submit.reconcile(Settings.from_environment())
