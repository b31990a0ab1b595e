"""What a micro-batch costs beside plain appends of the same rows to as many tables, and how many events a second go through to gold.

    python benchmarks/stream.py [--events 1000 --events 1000000]

The workshop of the tests, in one warm session. A trigger is what `jobs/stream.py` does again and again: land, build bronze, silver and gold
as far as the new lines reach; the release is left out, for a stream publishes on a schedule of its own. The plain way reads the same
file with Spark and appends its rows to as many Delta tables as the trigger wrote. Files follow each other without a pause, so the
lines that come while a trigger runs are the next one's, and half of all lines wait for a trigger and a half or longer.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from surroundings import ROOT, environment, options, say, scratch, tell

sys.path.insert(0, str(ROOT / "tests"))

from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.settings import Settings
from emberlake.runtime.stream import trigger
from support.workshop import HEAD, Workshop

ARTICLES = ("D1", "S1", "F1")
UNITS = {"D1": "kg", "S1": "Tsd", "F1": "kg"}


class Source:
    """Receipt lines, never one twice, in files of any size."""

    def __init__(self, shop: Workshop) -> None:
        self.shop, self.files, self.lines = shop, 0, 0

    def deliver(self, count: int) -> Path:
        self.files += 1
        return self.shop.deliver(f"kontor/wareneingang_{self.files:05d}.csv", "\n".join([HEAD, *(self.line() for _ in range(count))]) + "\n")

    def line(self) -> str:
        self.lines += 1
        n = self.lines
        article = ARTICLES[n % 3]
        day, supplier = f"{n % 28 + 1:02d}.{n % 11 + 1:02d}.2025", 8 if article == "F1" else 7
        return f"R{n // 4};{n % 4 + 1};{day};1;{supplier};{article};{n % 900 + 1},5;{UNITS[article]};{n % 700 + 1},25;EUR;;"


def one_round(house: Lakehouse, source: Source, plain: Path, count: int) -> dict[str, Any]:
    """Seconds of a trigger and of the plain way on one file."""
    path = source.deliver(count)
    started = perf_counter()
    trigger(house, publishes=False)
    ours = perf_counter() - started
    last = max(house.books.read("trigger"), key=lambda row: row["started_at"])
    written = [row["table_name"] for row in house.books.read("commit", run_id=last["trigger_id"]) if row["written_count"]]
    started = perf_counter()
    append_plainly(house, path, plain, len(written))
    return {"events": count, "trigger_s": round(ours, 3), "plain_s": round(perf_counter() - started, 3), "tables": len(written)}


def append_plainly(house: Lakehouse, path: Path, folder: Path, tables: int) -> None:
    """The floor of a micro-batch: the rows of the file, typed by nobody, at the end of so many tables."""
    rows = house.spark.read.option("header", True).option("sep", ";").option("encoding", "iso-8859-1").csv(str(path)).persist()
    for number in range(tables):
        rows.write.format("delta").mode("append").save(str(folder / str(number)))
    rows.unpersist()


def opened(folder: Path) -> tuple[Lakehouse, Source]:
    """The workshop with its masters, in a session that lives as long as a stream's."""
    shop = Workshop(folder)
    shop.lakehouse = Lakehouse(replace(Settings.from_environment(folder / "lakehouse", folder / "landing"), lives_long=True))
    shop.deliver_masters()
    return shop.lakehouse, Source(shop)


def figures(args: argparse.Namespace, folder: Path) -> Iterator[dict[str, Any]]:
    house, source = opened(folder)
    say("cold: Spark's start, factors and masters, and a first micro-batch")
    for _ in range(2):
        one_round(house, source, folder / "plain", 100)
    for count in args.events or [1_000, 10_000, 100_000, 1_000_000]:
        rounds = []
        for number in range(1, args.rounds + 1):
            say(f"{count} events, round {number} of {args.rounds}")
            rounds.append(one_round(house, source, folder / "plain", count))
            yield {"part": "stream", "round": number, **rounds[-1]}
        ours, plain = (median(found[key] for found in rounds) for key in ("trigger_s", "plain_s"))
        ratios = [round(found["trigger_s"] / found["plain_s"], 2) for found in rounds]
        yield {
            "part": "stream", "summary": True, "events": count, "rounds": args.rounds, "tables": rounds[-1]["tables"], "trigger_s": round(ours, 2),
            "plain_s": round(plain, 2), "events_per_s": round(count / ours), "ratio": {"median": median(ratios), "each": ratios},
        }  # fmt: skip


def main() -> None:
    """Command line."""
    parser = options(__doc__, rounds=3)
    parser.add_argument("--events", type=int, action="append", help="lines in a micro-batch; may be given several times (1000 to 1000000, times ten)")
    args = parser.parse_args()
    os.environ.update(environment(args))
    with scratch(args, "stream") as folder:
        for line in figures(args, folder):
            tell(line)


if __name__ == "__main__":
    main()
