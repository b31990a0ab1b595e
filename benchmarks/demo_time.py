"""How long the demo takes once everything is installed, in a fresh copy of this checkout; with --tests also `make test`.

    python benchmarks/demo_time.py [--tests]

The copy holds what git holds and what git would not ignore, and the installed environments of the checkout by link. The demo writes
the extracts, lands, builds, judges, releases, asks and explains; its session is the default one, whatever --cores and --memory say.
"""

import argparse
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from process import measured
from surroundings import ROOT, options, say, scratch, tell

INSTALLED = (".venv", ".venv-odcs")


def copied(folder: Path) -> Path:
    """A copy of the checkout as it stands, with the installed environments linked in."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True)
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    for name in INSTALLED:
        if (ROOT / name).exists():
            (folder / name).symlink_to(ROOT / name)
    return folder


def timed(args: argparse.Namespace, folder: Path, what: str, command: list[str]) -> Iterator[dict[str, Any]]:
    """The command in a fresh copy, round by round, with its median."""
    walls = []
    for number in range(1, args.rounds + 1):
        copy = copied(folder / f"{what}-{number}")
        say(f"{what}, round {number} of {args.rounds}")
        plain = os.environ | {"PYTHONPATH": str(copy / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
        used = measured(command, folder / f"{what}-{number}.log", plain, copy)
        walls.append(used.wall_s)
        yield {"part": "demo_time", "what": what, "round": number, **asdict(used)}
    yield {"part": "demo_time", "summary": True, "what": what, "rounds": args.rounds, "wall_s": round(median(walls), 1), "each": walls}


def main() -> None:
    """Command line."""
    parser = options(__doc__, rounds=2)
    parser.add_argument("--tests", action="store_true", help="measure `make test` too, once")
    args = parser.parse_args()
    with scratch(args, "demo-time") as folder:
        for line in timed(args, folder, "demo", ["bash", "infra/demo.sh"]):
            tell(line)
        if args.tests:
            args.rounds = 1
            for line in timed(args, folder, "tests", ["make", "test"]):
                tell(line)


if __name__ == "__main__":
    main()
