"""One command in a fresh process: how long it took, and the processor time and memory of it and of all it started.

Spark is a Python driver, a JVM and Python workers, and the JVM outlives its driver for a moment. This process becomes the
reaper of all of them (Linux only), so that none goes uncounted.
"""

import ctypes
import os
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, perf_counter, sleep

PR_SET_CHILD_SUBREAPER = 36
LONGEST_FAREWELL = 60  # seconds that what a command started may live on
LAST_CHARACTERS = 4000


class Failed(RuntimeError):
    """A measured command ended with an error, or left something running."""


@dataclass(frozen=True)
class Measured:
    """Seconds on the clock, processor seconds (user and system) of all processes, memory of the largest one in MB."""

    wall_s: float
    cpu_s: float
    peak_mb: int


def measured(command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Measured:
    """Run a command to its end, its words in `log`; raises Failed with the last of them."""
    adopt_orphans()
    log.parent.mkdir(parents=True, exist_ok=True)
    started = perf_counter()
    with log.open("wb") as words:
        process = subprocess.Popen(command, stdout=words, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=environment, cwd=folder)
        _, status, used = os.wait4(process.pid, 0)
    wall = perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    usages = [used, *farewell(command)]
    if process.returncode:
        raise Failed(f"{' '.join(command)} ended with {process.returncode}:\n{log.read_text(errors='replace')[-LAST_CHARACTERS:]}")
    return Measured(round(wall, 3), round(sum(u.ru_utime + u.ru_stime for u in usages), 3), max(u.ru_maxrss for u in usages) // 1024)


def adopt_orphans() -> None:
    if sys.platform != "linux":
        raise Failed("processor time of a JVM is counted by a feature of Linux; run the benchmarks there")
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise Failed(f"this process cannot adopt what its children leave behind: {os.strerror(ctypes.get_errno())}")


def farewell(command: Sequence[str]) -> list[resource.struct_rusage]:
    """What the processes that a command left behind have used, once they have ended."""
    used, latest = [], monotonic() + LONGEST_FAREWELL
    while True:
        try:
            pid, _, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return used
        if pid:
            used.append(usage)
        elif monotonic() > latest:
            raise Failed(f"{' '.join(command)} left a process running for {LONGEST_FAREWELL} seconds; end it by hand and measure again")
        else:
            sleep(0.05)
