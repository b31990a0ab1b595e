"""Measure everything that this folder publishes: results.json, and from it the figures in README.md.

    python benchmarks/run.py [--scale 100 --scale 1000] [--only PART …] [--tests] [--rounds N]

Each part runs in a process of its own, one after the other. With --only the other parts keep what was measured before.
"""

import argparse
import json
import shlex
import subprocess
from pathlib import Path
from typing import Any

from machine import machine
from page import RESULTS, publish
from surroundings import PYTHON, options, say

HERE = Path(__file__).parent
PARTS = ("pipeline", "changes", "stream", "latency", "corrections", "fixed_cost", "demo_time", "airflow_cost")


def words_of(part: str, args: argparse.Namespace) -> list[str]:
    """A part's command line, as it can be typed."""
    words = ["--cores", str(args.cores), "--memory", str(args.memory)]
    words += ["--rounds", str(args.rounds)] if args.rounds else []
    words += ["--keep"] if args.keep else []
    if part == "pipeline":
        words += [word for scale in args.scale or [100, 1000] for word in ("--scale", str(scale))]
    if part == "changes":
        words += ["--scale", str(max(args.scale or [1000]))]
    if part == "corrections":
        words += ["--scale", str(min(args.scale or [100]))]
    if part == "demo_time" and args.tests:
        words += ["--tests"]
    return words


def measure(part: str, args: argparse.Namespace) -> dict[str, Any]:
    """Run a part to its end; its figures with the command and the machine. Raises CalledProcessError where it fails."""
    words, at = words_of(part, args), machine()
    say(f"{part} {' '.join(words)}")
    script = [PYTHON, str(HERE / f"{part}.py"), *words, "--folder", str(args.folder)]
    lines = []
    with subprocess.Popen(script, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(json.loads(line))
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, script)
    return {"command": shlex.join(["python", f"benchmarks/{part}.py", *words]), "machine": at, "figures": lines}


def main() -> None:
    """Command line."""
    parser = options(__doc__, rounds=0)
    parser.add_argument("--scale", type=int, action="append", help="of the pipeline; may be given several times (100 and 1000)")
    parser.add_argument("--only", choices=PARTS, action="append", help="measure only this part; may be given several times")
    parser.add_argument("--tests", action="store_true", help="measure `make test` too")
    args = parser.parse_args()
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() and args.only else {}
    for part in args.only or PARTS:
        results[part] = measure(part, args)
        RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    publish()
    say("results.json and README.md are written")


if __name__ == "__main__":
    main()
