"""Processes that are started to be killed, and what they started themselves."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCRIPT = Path(__file__).with_name("victim.py")


@contextmanager
def victim(folder: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A process that lands and runs; it is yielded when its Spark is there, and gone at the end."""
    environment = os.environ | {"EMBERLAKE_SPARK_CONF": "spark.driver.memory=1g;spark.sql.shuffle.partitions=2"}
    with (folder / "victim.log").open("a") as log:
        process = subprocess.Popen([sys.executable, SCRIPT, folder, *words], env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            assert process.stdout is not None and process.stdout.readline() == "ready\n", (folder / "victim.log").read_text()[-3000:]
            yield process
        finally:
            process.kill()
            process.wait()
            if process.stdout:
                process.stdout.close()


def jvm_of(process: subprocess.Popen[str]) -> int:
    """The process id of its Spark."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    found = [int(child) for child in children if "java" in Path(f"/proc/{child}/cmdline").read_text().split("\0")[0]]
    assert len(found) == 1, f"of {children} one is Java"
    return found[0]


def kill(process_id: int) -> None:
    os.kill(process_id, signal.SIGKILL)
