"""What every part of the benchmark shares: its options, its scratch folder, its environment, and how it speaks.

Figures go to standard output, one JSON object a line; progress goes to standard error.
"""

import argparse
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import strftime
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
EMBERLAKE = str(Path(sys.executable).parent / "emberlake")


def options(description: str | None, rounds: int) -> argparse.ArgumentParser:
    """The command line that all parts understand; a part adds its own words to it."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "bench", help="scratch folder, emptied at the end (build/bench)")
    parser.add_argument("--rounds", type=int, default=rounds, help=f"how often everything is measured, in alternating order ({rounds})")
    parser.add_argument("--cores", type=int, default=2, help="threads of Spark and DuckDB alike (2)")
    parser.add_argument("--memory", type=int, default=6, help="GB that Spark's driver and DuckDB may take each (6)")
    parser.add_argument("--keep", action="store_true", help="leave the scratch folder")
    return parser


def environment(args: argparse.Namespace, **more: str) -> dict[str, str]:
    """This process's environment with the session that was asked for; EMBERLAKE_SPARK_CONF may add to it."""
    conf = ";".join(filter(None, [os.environ.get("EMBERLAKE_SPARK_CONF"), f"spark.driver.memory={args.memory}g"]))
    paths = os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")]))
    ours = {"EMBERLAKE_SPARK_MASTER": f"local[{args.cores}]", "EMBERLAKE_SPARK_CONF": conf, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": paths}
    return os.environ | ours | more


@contextmanager
def scratch(args: argparse.Namespace, part: str) -> Iterator[Path]:
    """An empty folder of this part; it goes when the part ends, however it ends."""
    folder = (args.folder / part).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        if not args.keep:
            shutil.rmtree(folder, ignore_errors=True)


def say(words: str) -> None:
    """One line of progress, with the time and how busy the machine is."""
    print(f"· {strftime('%H:%M:%S')} load {os.getloadavg()[0]:.1f}  {words}", file=sys.stderr, flush=True)


def tell(figures: Mapping[str, Any]) -> None:
    """One line of figures."""
    print(json.dumps(figures, ensure_ascii=False), flush=True)
