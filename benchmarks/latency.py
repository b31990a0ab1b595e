"""How long a line waits until it is in gold, by how often the stream looks, and what a burst does.

    python benchmarks/latency.py [--every 5 --every 30] [--rate 50] [--seconds 90] [--usual 500] [--burst 10000] [--burst-seconds 600]

A source puts a file of receipt lines into the landing folder every second; `stream` takes them in, in a warm session, to gold and without
releases. A line has waited from when its file stood there to the end of the trigger that built gold with it. A burst is so many lines
a second for so many seconds, between stretches at the usual rate. It fails where a line that was delivered is not in gold.
"""

import argparse
import os
import resource
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from surroundings import environment, options, say, scratch, tell

from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.stream import Pace, files_taken_in, stream, trigger
from stream import Source, opened

BRONZE, GOLD = "bronze.kontor_wareneingang", "gold.activity"
NEVER = 1e9
LONGEST_DRAIN_S = 3600.0
SETTLED_S = 5.0  # the first look of a stream publishes


@dataclass
class Flow:
    """A source and a stream side by side."""

    house: Lakehouse
    source: Source
    delivered: dict[str, tuple[datetime, int]] = field(default_factory=dict)  # file → when it stood there, lines

    def deliver(self, rate: int, seconds: float) -> None:
        end = monotonic() + seconds
        while (begun := monotonic()) < end:
            path = self.source.deliver(rate)
            self.delivered[path.name] = (datetime.now(UTC), rate)
            sleep(max(0.0, 1 - (monotonic() - begun)))

    def drain(self) -> float:
        """Seconds until all that was delivered is in gold."""
        begun = monotonic()
        while self.waiting() and monotonic() - begun < LONGEST_DRAIN_S:
            sleep(0.5)
        return monotonic() - begun

    def waiting(self) -> set[str]:
        return set(self.delivered) - set(self.waits())

    def waits(self) -> dict[str, float]:
        """File → seconds that its lines waited; of files whose trigger has ended."""
        found = {}
        for row in self.house.books.read("trigger", status="complete"):
            for file in files_taken_in(self.house, row["trigger_id"]):
                if (name := Path(file["file_name"]).name) in self.delivered:
                    found[name] = (row["finished_at"] - self.delivered[name][0]).total_seconds()
        return found

    def follow(self, every_s: float, *stretches: tuple[int, float]) -> dict[str, Any]:
        """What comes at these rates for so many seconds each, followed to its end."""
        self.delivered.clear()
        trigger(self.house, publishes=True)  # so that the first release of the stream has nothing to judge
        stop, begun = Event(), datetime.now(UTC)
        follower = Thread(target=stream, args=(self.house, Pace(every_s, NEVER), stop, say))
        follower.start()
        sleep(SETTLED_S)
        for rate, seconds in stretches:
            self.deliver(rate, seconds)
        drained = self.drain()
        stop.set()
        follower.join()
        waits, lines = self.waits(), sum(count for _, count in self.delivered.values())
        if missing := self.waiting() or lines - self.in_gold():
            raise SystemExit(f"delivered and not in gold: {missing}")
        triggers = [row for row in self.house.books.read("trigger", status="complete") if row["started_at"] >= begun]
        busy = sum((row["finished_at"] - row["started_at"]).total_seconds() for row in triggers)
        cuts = quantiles([wait for name, wait in waits.items() for _ in range(self.delivered[name][1])], n=100)
        return {
            "lines": lines, "triggers": len(triggers), "p50_s": round(cuts[49], 1), "p95_s": round(cuts[94], 1), "max_s": round(max(waits.values()), 1),
            "drain_s": round(drained, 1), "busy_s_per_1000_lines": round(1000 * busy / lines, 1), "peak_mb": peak_mb(),
        }  # fmt: skip

    def in_gold(self) -> int:
        """Lines of what was delivered that stand in gold: the files of their rows."""
        named = [row["file_hash"] for row in self.house.books.read("landing", status="landed") if Path(row["file_name"]).name in self.delivered]
        receipts = self.house.store.dataset("silver.goods_receipt").to_table(columns=["_source_row_id", "goods_receipt_id"])
        file_hash = pc.list_element(pc.split_pattern(receipts.column("_source_row_id"), ":", max_splits=1), 0)
        own = receipts.filter(pc.is_in(file_hash, pa.array(named))).column("goods_receipt_id")
        gold = self.house.store.dataset(GOLD).to_table(columns=["goods_receipt_id"]).column(0)
        return len(pc.unique(own.filter(pc.is_in(own, gold))))


def peak_mb() -> int:
    """The most memory that the driver's Java had until now (Linux)."""
    peaks = [0]
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            said = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if said.get("Name", "").strip() == "java" and int(said["PPid"]) in (os.getpid(), *children()):
            peaks.append(int(said["VmHWM"].split()[0]) // 1024)
    return max(peaks) or resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


def children() -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()]


def figures(args: argparse.Namespace, folder: Path) -> Iterator[dict[str, Any]]:
    flow = Flow(*opened(folder))
    say("warm")
    for _ in range(2):
        flow.follow(1, (args.rate, 2), (args.rate, 15))
    for every in args.every or [5, 30]:
        say(f"every {every} seconds, {args.rate} lines a second")
        yield {"part": "latency", "kind": "interval", "every_s": every, "rate": args.rate, **flow.follow(every, (args.rate, args.seconds))}
    say(f"a burst of {args.burst} lines a second")
    usual = (args.usual, args.seconds)
    yield {"part": "latency", "kind": "burst", "every_s": 5, "rate": args.usual, "burst": args.burst, "seconds": args.burst_seconds,
           **flow.follow(5, usual, (args.burst, args.burst_seconds), usual)}  # fmt: skip


def main() -> None:
    """Command line."""
    parser = options(__doc__, rounds=1)
    parser.add_argument("--every", type=float, action="append", help="seconds between triggers; may be given several times (5, 30)")
    parser.add_argument("--rate", type=int, default=50, help="lines a second (50)")
    parser.add_argument("--seconds", type=float, default=90, help="how long each is measured, and how long it is as usual before and after the burst (90)")
    parser.add_argument("--usual", type=int, default=500, help="lines a second before and after the burst (500)")
    parser.add_argument("--burst", type=int, default=10_000, help="lines a second of the burst (10000)")
    parser.add_argument("--burst-seconds", type=float, default=600, help="how long the burst lasts (600)")
    args = parser.parse_args()
    os.environ.update(environment(args))
    with scratch(args, "latency") as folder:
        for line in figures(args, folder):
            tell(line)


if __name__ == "__main__":
    main()
