"""Scripts that use Airflow, run in a process of their own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def run_script(name: str, environment: dict[str, str], *words: str) -> Any:
    """What a script beside this file writes, as JSON, into the file whose name it is given last."""
    told = Path(environment["AIRFLOW_HOME"]) / f"{name}.json"
    done = subprocess.run(
        [sys.executable, str(HERE / name), *words, str(told)], env=environment, capture_output=True, text=True, cwd=environment["AIRFLOW_HOME"]
    )
    assert done.returncode == 0, f"{name} failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return json.loads(told.read_text(encoding="utf-8"))
