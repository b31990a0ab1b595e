"""What the figures were measured on: without it they are no figures."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from surroundings import ROOT

PACKAGES = ("pyspark", "delta-spark", "deltalake", "pyarrow", "duckdb", "great-expectations", "apache-airflow")


def machine() -> dict[str, Any]:
    """Date, commit, cores, memory and versions; `load` is how busy the machine was before anything was measured."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"), "commit": said("git", "rev-parse", "--short", "HEAD"),
        "is_changed": bool(said("git", "status", "--porcelain", "--untracked-files=no")), "load": round(os.getloadavg()[0], 2),
        "cores": os.cpu_count(), "processor": processor(), "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3, 1),
        "system": f"{platform.system()} {platform.release()}", "python": platform.python_version(), "java": java(),
        **{package: installed(package) for package in PACKAGES},
    }  # fmt: skip


def said(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def processor() -> str:
    names = [line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()


def java() -> str:
    home = os.environ.get("JAVA_HOME")
    told = subprocess.run([f"{home}/bin/java" if home else "java", "-version"], capture_output=True, text=True, check=True)
    return told.stderr.splitlines()[0]


def installed(package: str) -> str:
    return version(package)
