"""Landing to gold of the sample company, beside the floor and beside the same gold by hand in DuckDB.

    python benchmarks/pipeline.py --scale 100 --scale 1000     (scale 1 is 10,000 receipt lines, 100 is a million)

Emberlake runs by its own command in a fresh process. What the floor is stands in floor.py; what is done by hand in by_hand.py.
The order turns around from round to round. Fails where the numbers by hand are not Emberlake's to the last digit.
"""

import argparse
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from books import sizes, stages
from process import measured
from same_gold import compare
from surroundings import EMBERLAKE, PYTHON, environment, options, say, scratch, tell

from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.settings import Settings
from emberlake.sample import load

HERE = Path(__file__).parent
DIFFERENT_IN_LATIN_1 = bytes(range(0x80, 0xA0))


class Scale:
    """The extracts of one scale and what was measured on them."""

    def __init__(self, args: argparse.Namespace, folder: Path, scale: int) -> None:
        self.args, self.folder, self.scale = args, folder, scale
        self.landing = folder / "landing"
        self.environment = environment(args)
        self.lakehouse: Path | None = None
        self.measures: list[dict[str, Any]] = []
        self.compared: dict[str, int] = {}

    def make_extracts(self) -> int:
        """Write the sample company; its receipt lines. Latin-1 must read it as Windows-1252 would."""
        say(f"scale {self.scale}: writing the extracts")
        measured([EMBERLAKE, "sample", "--landing", str(self.landing), "--scale", str(self.scale)], self.folder / "sample.log", self.environment)
        for path in self.landing.glob("kontor/*.csv"):
            if len(content := path.read_bytes()) != len(content.translate(None, DIFFERENT_IN_LATIN_1)):
                raise SystemExit(f"{path.name} holds bytes that Latin-1 and Windows-1252 read differently; DuckDB would garble them")
        return sum(total.records for total in load(self.landing / "_manifest" / "sample.json").totals)

    def run_emberlake(self, number: int) -> dict[str, Any]:
        fresh = self.folder / f"lakehouse-{number}"
        words = ["run", "--lakehouse", str(fresh), "--landing", str(self.landing)]
        used = measured([EMBERLAKE, *words], self.folder / f"emberlake-{number}.log", self.environment)
        if self.lakehouse:
            shutil.rmtree(self.lakehouse)
        self.lakehouse = fresh
        return asdict(used) | {"seconds": stages(self.house), **sizes(self.house)}

    def run_floor(self, number: int) -> dict[str, Any]:
        target, report = self.folder / "floor", self.folder / "floor.json"
        shutil.rmtree(target, ignore_errors=True)
        words = [str(HERE / "floor.py"), *map(str, (self.lakehouse, self.landing, target, report))]
        used = measured([PYTHON, *words], self.folder / f"floor-{number}.log", self.environment)
        return asdict(used) | json.loads(report.read_text(encoding="utf-8"))

    def run_by_hand(self, number: int) -> dict[str, Any]:
        target, report = self.folder / "by_hand", self.folder / "by_hand.json"
        shutil.rmtree(target, ignore_errors=True)
        words = [str(HERE / "by_hand.py"), str(self.landing), str(target), str(report), "--cores", str(self.args.cores), "--memory", f"{self.args.memory}GB"]
        used = measured([PYTHON, *words], self.folder / f"by_hand-{number}.log", self.environment)
        return asdict(used) | json.loads(report.read_text(encoding="utf-8"))

    @property
    def house(self) -> Lakehouse:
        assert self.lakehouse is not None
        return Lakehouse(Settings(self.lakehouse, self.landing))

    def rounds(self) -> Iterator[dict[str, Any]]:
        """Every figure of every round; the floor needs a lakehouse, so the first round begins with it."""
        order = [("emberlake", self.run_emberlake), ("floor", self.run_floor), ("by_hand", self.run_by_hand)]
        for number in range(1, self.args.rounds + 1):
            for who, run in order if number % 2 else reversed(order):
                load = round(os.getloadavg()[0], 2)
                say(f"scale {self.scale}, round {number} of {self.args.rounds}: {who}")
                figures = {"part": "pipeline", "scale": self.scale, "round": number, "who": who, "load_before": load, **run(number)}
                self.measures.append(figures)
                yield figures
            say(f"scale {self.scale}, round {number} of {self.args.rounds}: comparing the numbers")
            self.compared = compare(self.house, self.folder / "by_hand")

    def summary(self, lines: int) -> dict[str, Any]:
        """Medians, and the ratios of each round with their medians."""
        walls, cpus = ({who: [m[key] for m in self.measures if m["who"] == who] for who in ("emberlake", "floor", "by_hand")} for key in ("wall_s", "cpu_s"))
        ours = sum(sum(m["bytes"].values()) for m in self.measures if m["who"] == "emberlake")
        floor = sum(sum(m["bytes"].values()) for m in self.measures if m["who"] == "floor")
        return {
            "part": "pipeline", "summary": True, "scale": self.scale, "lines": lines, "rounds": self.args.rounds,
            "wall_s": {who: round(median(values), 3) for who, values in walls.items()},
            "cpu_s": {who: round(median(values), 3) for who, values in cpus.items()},
            "rows_per_s": {who: round(lines / median(values)) for who, values in walls.items()},
            "ratio_wall": {who: ratios(walls, who) for who in ("floor", "by_hand")}, "ratio_cpu": {who: ratios(cpus, who) for who in ("floor", "by_hand")},
            "floor_bytes_of_ours": round(floor / ours, 3), "rows_compared": self.compared,
        }  # fmt: skip


def ratios(values: dict[str, list[float]], other: str) -> dict[str, Any]:
    """How many times as long as the other, round by round."""
    each = [round(mine / its, 2) for mine, its in zip(values["emberlake"], values[other], strict=True)]
    return {"median": round(median(each), 2), "each": each}


def main() -> None:
    """Command line."""
    parser = options(__doc__, rounds=2)
    parser.add_argument("--scale", type=int, action="append", help="may be given several times (100 and 1000)")
    args = parser.parse_args()
    for scale in args.scale or [100, 1000]:
        with scratch(args, f"pipeline-{scale}") as folder:
            run = Scale(args, folder, scale)
            lines = run.make_extracts()
            for figures in run.rounds():
                tell(figures)
            tell(run.summary(lines))


if __name__ == "__main__":
    main()
