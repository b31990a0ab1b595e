"""What a table costs when there is nothing in it: seconds per build and per suite at a handful of rows, in a warm session.

    python benchmarks/fixed_cost.py

The workshop of the tests is built in a lakehouse of its own in each round; the round before the first warms the session up and is
told as `cold`. A build is everything from planning to the entry in the books: row rules, accounting, write, lineage, record. Then one
row of every extract is changed and what follows is built again.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from surroundings import ROOT, environment, options, say, scratch, tell

sys.path.insert(0, str(ROOT / "tests"))

from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.run import Selection, run
from emberlake.runtime.settings import Settings
from support.workshop import MASTERS, TABLES, Workshop

RECEIPTS = (
    "R1;1;15.01.2025;1;7;D1;1.250,5;kg;900,00;EUR;;", "R2;1;15.01.2025;1;7;S1;4;Tsd;50,00;EUR;;", "R3;1;15.01.2025;1;8;F1;20;kg;300,00;EUR;;",
    "R4;1;16.01.2025;1;7;D1;10;kg;9,00;EUR;X;", "R5;1;16.01.2025;1;7;D1;2;Zentner;80,00;EUR;;",
)  # fmt: skip
CHANGED = {
    "Halle Süd": "Halle Nord",
    "Drahtzug Müller": "Drahtzug Maier",
    "Stahldraht": "Walzdraht",
    "wire as can steel": "wire, as can steel",
    "no German": "still no German",
}
SUITE, SETUP, END = "suite of ", "setup of suites", "end"


class Watch:
    """Seconds from each word of progress to the next one."""

    def __init__(self, first: str) -> None:
        self.marks = [(first, perf_counter())]

    def __call__(self, words: str) -> None:
        self.marks.append((words.split(": ", 1)[0], perf_counter()))

    def stop(self) -> dict[str, float]:
        self(END)
        return {words: round(later - earlier, 3) for (words, earlier), (_, later) in pairwise(self.marks)}


def one_round(folder: Path) -> dict[str, Any]:
    """Build, judge and release the workshop; change a row of everything and do it again."""
    shop = Workshop(folder)
    shop.lakehouse = Lakehouse(Settings.from_environment(folder / "lakehouse", folder / "landing"))
    shop.deliver_masters()
    shop.deliver_receipts("2025-01", *RECEIPTS)
    first = built_and_judged(shop)
    for name, text in MASTERS.items():
        for before, after in CHANGED.items():
            text = text.replace(before, after)
        shop.deliver(name, text)
    shop.deliver_receipts("2025-02", RECEIPTS[0].replace("1.250,5", "1.250,6"))
    again = built_and_judged(shop)
    shop.lakehouse.lineage.close()
    return {"first": first, "again": again}


def built_and_judged(shop: Workshop) -> dict[str, Any]:
    """Seconds of each build, of each suite, of setting the suites up, and of the release."""
    shop.land()
    builds = Watch("plan")
    run(shop.lakehouse, Selection(tuple(TABLES), publish=False), builds)
    suites = Watch(SETUP)
    spent = builds.stop()
    run(shop.lakehouse, Selection(build=False), suites)
    judged = suites.stop()
    return {
        "builds": {job: s for job, s in spent.items() if job != "plan"},
        "suites": {words.removeprefix(SUITE): s for words, s in judged.items() if words.startswith(SUITE)},
        "setup_of_suites": judged[SETUP], "release": judged["release"],
    }  # fmt: skip


def figures(args: argparse.Namespace, folder: Path) -> Iterator[dict[str, Any]]:
    """Cold, then each round, then what they come to."""
    say("cold: Spark's start, and everything for the first time")
    started = perf_counter()
    yield {"part": "fixed_cost", "round": 0, "cold": True, **one_round(folder / "0"), "wall_s": round(perf_counter() - started, 3)}
    rounds = []
    for number in range(1, args.rounds + 1):
        say(f"round {number} of {args.rounds}")
        rounds.append(one_round(folder / str(number)))
        yield {"part": "fixed_cost", "round": number, **rounds[-1]}
    kinds = {
        "first_build": typical([r["first"]["builds"] for r in rounds]), "rebuild": typical([r["again"]["builds"] for r in rounds]),
        "suite": typical([r["first"]["suites"] for r in rounds]), "suite_again": typical([r["again"]["suites"] for r in rounds]),
    }  # fmt: skip
    release = median(r[when]["release"] for r in rounds for when in ("first", "again"))
    yield {"part": "fixed_cost", "summary": True, "rounds": args.rounds, **kinds, "release_s": round(release, 3)}


def typical(rounds: list[dict[str, float]]) -> dict[str, Any]:
    """Each table by its median over the rounds; of these the median and the worst."""
    each = {name: median(seconds[name] for seconds in rounds) for name in rounds[0]}
    worst = max(each, key=lambda name: each[name])
    return {
        "tables": len(each),
        "median_s": round(median(each.values()), 3),
        "worst_s": round(each[worst], 3),
        "worst": worst,
        "sum_s": round(sum(each.values()), 3),
    }


def main() -> None:
    """Command line."""
    args = options(__doc__, rounds=3).parse_args()
    os.environ.update(environment(args))
    with scratch(args, "fixed-cost") as folder:
        for line in figures(args, folder):
            tell(line)


if __name__ == "__main__":
    main()
