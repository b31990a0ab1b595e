"""A copy of what a clone holds, in which a recipe is followed to the letter: its files written, its commands run, nothing else."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
# What the commands of the recipes look at; the rest of a clone they neither read nor write.
NEEDED = ("src", "schemas", "expectations", "docs/tables", "tests/conftest.py", "tests/support", "tests/silver", "tests/gold", "pyproject.toml")
# A JVM that lives some seconds never earns back the optimising compiler; no name look-up of this machine, which may have none.
SMALL = {
    "spark.driver.memory": "1g", "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dlog4j2.level=ERROR",
    "spark.sql.shuffle.partitions": "2", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1",
}  # fmt: skip
MADE_BY_RUNNING = ("lakehouse/", "landing/", "demo/", "spark-warehouse/")
SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Recipe:
    """One chapter of CONTRIBUTING: files by path, commands, and what the last of them answer."""

    files: dict[str, str]
    commands: str
    answer: str


def recipe(chapter: str) -> Recipe:
    _, *parts = SECTION.split((ROOT / "CONTRIBUTING.md").read_text("utf-8"))
    blocks = [(language, path, text) for language, path, text in BLOCK.findall(dict(zip(parts[::2], parts[1::2], strict=True))[chapter])]
    of = {kind: "".join(text for language, path, text in blocks if language == kind and not path) for kind in ("bash", "text")}
    return Recipe({path: text for _, path, text in blocks if path}, of["bash"], of["text"])


@dataclass(frozen=True)
class Clone:
    """The copy, importable before anything that is installed."""

    folder: Path

    def fill(self) -> None:
        for name in NEEDED:
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, self.folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copyfile(ROOT / name, self.folder / name)

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            assert not (self.folder / name).exists(), f"the recipe would write over {name}"
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(text, "utf-8")

    def run(self, commands: str) -> str:
        """What the commands say, in a shell whose first `python` and `emberlake` are those of these tests; each must succeed."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("EMBERLAKE_")} | {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "PYTHONPATH": str(self.folder / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "EMBERLAKE_SPARK_CONF": ";".join(f"{key}={value}" for key, value in SMALL.items()),
            "COLUMNS": "200",
        }
        done = subprocess.run(["bash", "-euc", commands], cwd=self.folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{commands}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def content(self) -> dict[str, str]:
        """Every file by its hash, but extracts and lakehouses, which running makes."""
        names = ((path.relative_to(self.folder).as_posix(), path) for path in sorted(self.folder.rglob("*")) if path.is_file())
        return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in names if not name.startswith(MADE_BY_RUNNING)}
