"""How a task's work is started. Three ways, one setting each, the same work.

Without any setting in this process, with a local session: one process for all tasks, as tests and small companies want it.
With EMBERLAKE_SPARK_REMOTE in this process too, over a Spark Connect server: thin tasks, one warm JVM for all of them. With
EMBERLAKE_SPARK_SUBMIT (`spark-submit --master … --py-files emberlake.zip`) as a job of its own on a cluster.

What was done is read from the books afterwards, so that it does not matter where it was done. Nothing heavy is imported
before a task runs: a scheduler reads this module every few seconds.
"""

import logging
import subprocess
from collections import deque
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from emberlake.errors import EmberlakeError
from emberlake.runtime.settings import Settings

log = logging.getLogger(__name__)
LAST_WORDS = 15  # lines of a failed job that its error repeats


class JobFailed(EmberlakeError):
    """A job started by spark-submit ended with an error."""


def run_id_of(dag_id: str, dag_run_id: str) -> str:
    """One run for one DAG run: its tasks, and their retries, tell the books of the same one."""
    return str(uuid5(NAMESPACE_URL, f"emberlake:{dag_id}/{dag_run_id}"))


def land(settings: Settings) -> None:
    """Take in what is new; refused and unclaimed files, and topics that cannot be fetched, are warnings, the others go on."""
    if settings.spark_submit:
        return submit(settings, "land")
    from emberlake.runtime.lakehouse import Lakehouse
    from emberlake.runtime.landing import land as take_in

    seen = take_in(Lakehouse(settings), log.info)
    for lag in seen.lags:
        log.info("waits: %s", lag.words)
    for row in seen.refused:
        log.warning("refused %s: %s", row["file_name"], row["message"])
    for outage in seen.outages:
        log.warning("not fetched: %s", outage)
    for name in seen.unclaimed:
        log.warning("unclaimed %s: no contract's path matches it; add a bronze contract or remove the file", name)
    return None


def build(settings: Settings, table: str, run_id: str) -> dict[str, Any] | None:
    """Build one table; its new version, where it has one, as what waits for the table wants to know it."""
    if settings.spark_submit:
        submit(settings, "build", table, "--run-id", run_id)
    else:
        from emberlake.runtime.lakehouse import Lakehouse
        from emberlake.runtime.run import Selection, run

        done = run(Lakehouse(settings), Selection((table,), publish=False, run_id=run_id), log.info)
        for job, reason in done.skipped.items():
            log.info("%s: %s", job, reason)
    return built(settings, table, run_id)


def release(settings: Settings, run_id: str) -> dict[str, Any] | None:
    """Judge what no verdict covers and publish it; the release and its versions, or None where the one in force stands."""
    if settings.spark_submit:
        submit(settings, "release", "--run-id", run_id)
    else:
        from emberlake.runtime.lakehouse import Lakehouse
        from emberlake.runtime.run import Selection, run

        run(Lakehouse(settings), Selection(build=False, run_id=run_id), log.info)
    return released(settings, run_id)


def reconcile(settings: Settings) -> None:
    """Prove everything that stands, and repair what differs; each differing key is a warning."""
    if settings.spark_submit:
        return submit(settings, "reconcile")
    from emberlake.runtime.lakehouse import Lakehouse
    from emberlake.runtime.reconciliation.reconcile import reconcile as prove_and_repair
    from emberlake.runtime.reconciliation.window import Window

    for finding in prove_and_repair(Lakehouse(settings), Window(), progress=log.info).findings:
        log.warning("%s %s: %s, %s, %s kgCO2e", finding.table, finding.row_key, finding.change, finding.cause, finding.kgco2e_difference)
    return None


def built(settings: Settings, table: str, run_id: str) -> dict[str, Any] | None:
    """Version of a table that this run wrote, from `audit.commit`; None where it wrote no row."""
    from emberlake.runtime.lakehouse import Lakehouse

    house = Lakehouse(settings)
    commits = house.books.read("commit", run_id=run_id, table_name=table)
    versions = [row["table_version"] for row in commits if row["written_count"] or row["deleted_count"]]
    return {"table_version": max(versions), "run_id": run_id, "path": str(house.store.path(table))} if versions else None


def released(settings: Settings, run_id: str) -> dict[str, Any] | None:
    """The newest release of this run, from `audit.release`: its id and table → version."""
    from emberlake.runtime.lakehouse import Lakehouse

    rows = [row for row in Lakehouse(settings).books.releases() if row["run_id"] == run_id]
    newest = [row for row in rows if row["release_id"] == rows[-1]["release_id"]]
    versions = {row["table_name"]: row["table_version"] for row in newest}
    return {"release_id": newest[0]["release_id"], "run_id": run_id, "table_versions": versions} if newest else None


def jobs_folder() -> Path:
    """The jobs of this installation: inside the package, or beside it in a checkout."""
    packed = Path(__file__).parents[1] / "_jobs"
    return packed if packed.is_dir() else Path(__file__).parents[3] / "jobs"


def submit(settings: Settings, verb: str, *words: str) -> None:
    """Run `jobs/<verb>.py` by spark-submit to its end, its words in the task's log; raises JobFailed with the last ones."""
    folders = ("--lakehouse", str(settings.lakehouse), "--landing", str(settings.landing))
    command = [*settings.spark_submit, str(jobs_folder() / f"{verb}.py"), *words, *folders]
    last: deque[str] = deque(maxlen=LAST_WORDS)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        try:
            for line in process.stdout:
                log.info(line.rstrip())
                last.append(line)
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        raise JobFailed(f"{verb} {' '.join(words)} ended with {process.returncode}. Its last words:\n{''.join(last)}")
