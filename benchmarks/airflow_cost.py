"""What Airflow adds to a task: the medallion DAG of the sample company through `dag.test`, beside the same jobs called one by one.

    python benchmarks/airflow_cost.py

Each way in a process of its own with one local session, on a lakehouse of its own, twice: a first run that builds everything and a
second one that finds nothing to do. `dag.test` is Airflow's own task runner without its scheduler; what a scheduler adds by waiting
for its next heartbeat is a matter of its settings and not measured.
"""

import argparse
import json
import os
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from process import measured
from surroundings import EMBERLAKE, PYTHON, ROOT, environment, options, say, scratch, tell

RUNNER = Path(__file__).parent / "airflow_run.py"
WAYS = ("with", "without")


def run(args: argparse.Namespace, folder: Path, way: str, number: int) -> dict[str, Any]:
    """One way, in a fresh process and lakehouse; per run of the medallion its wall time and the seconds of each body."""
    home = folder / f"{way}-{number}"
    home.mkdir()
    settings = environment(
        args, EMBERLAKE_LAKEHOUSE=str(home / "lakehouse"), EMBERLAKE_LANDING=str(folder / "landing"), AIRFLOW_HOME=str(home),
        AIRFLOW__CORE__DAGS_FOLDER=str(ROOT / "dags"), AIRFLOW__CORE__LOAD_EXAMPLES="False",
        AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{home / 'airflow.db'}", AIRFLOW__LOGGING__LOGGING_LEVEL="WARNING",
    )  # fmt: skip
    used = measured([PYTHON, str(RUNNER), way, str(home / "report.json")], home / "log", settings, home)
    runs = json.loads((home / "report.json").read_text(encoding="utf-8"))
    return {"part": "airflow_cost", "way": way, "round": number, "wall_s": used.wall_s, "cpu_s": used.cpu_s, "runs": runs}


def rounds(args: argparse.Namespace, folder: Path) -> Iterator[dict[str, Any]]:
    """Both ways in each round, in alternating order, and then what Airflow added."""
    say("writing the extracts of scale 1")
    measured([EMBERLAKE, "sample", "--landing", str(folder / "landing"), "--scale", "1"], folder / "sample.log", os.environ)
    measures = []
    for number in range(1, args.rounds + 1):
        for way in WAYS if number % 2 else reversed(WAYS):
            say(f"round {number} of {args.rounds}: {way} Airflow")
            measures.append(run(args, folder, way, number))
            yield measures[-1]
    yield {"part": "airflow_cost", "summary": True, "rounds": args.rounds, **added(measures)}


def added(measures: list[dict[str, Any]]) -> dict[str, Any]:
    """Seconds per task outside its body, of the first run and of the second; and the whole runs side by side."""
    through = [m["runs"] for m in measures if m["way"] == "with"]
    plain = [m["runs"] for m in measures if m["way"] == "without"]
    outside = [median((runs[at]["wall_s"] - sum(runs[at]["bodies"].values())) / len(runs[at]["bodies"]) for runs in through) for at in (0, 1)]
    return {
        "tasks": len(through[0][0]["bodies"]), "added_per_task_s": round(outside[0], 3), "added_per_idle_task_s": round(outside[1], 3),
        "first_run_s": {"with": median(r[0]["wall_s"] for r in through), "without": median(r[0]["wall_s"] for r in plain)},
        "second_run_s": {"with": median(r[1]["wall_s"] for r in through), "without": median(r[1]["wall_s"] for r in plain)},
    }  # fmt: skip


def main() -> None:
    """Command line."""
    args = options(__doc__, rounds=2).parse_args()
    with scratch(args, "airflow-cost") as folder:
        for line in rounds(args, folder):
            tell(line)


if __name__ == "__main__":
    main()
