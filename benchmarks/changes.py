"""What a changed day costs beside computing everything: nothing new, 0.1 % late rows, decisions that reprice 0.1 % of the lines.

    python benchmarks/changes.py --scale 1000          (builds a lakehouse first; or --lakehouse FOLDER --landing FOLDER of one that is built)

Each is `emberlake run` in a fresh process on the same lakehouse, and the last is `emberlake run --again`, which computes every table
whole and writes what differs: nothing, if what was followed before was right. It fails where that writes a row.
"""

import argparse
import csv
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

from process import Measured, measured
from surroundings import EMBERLAKE, environment, options, say, scratch, tell

from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.settings import Settings

LATE_SHARE = 0.001
ENCODING, MAPPING = "windows-1252", "decision/factor_mapping.csv"
GOLD = ("silver.goods_receipt/kontor", "gold.activity", "gold.factor_choice", "gold.emission", "gold.inventory")
Span = tuple[str, str]  # first and last day
TUESDAYS = [str(date(2025, 1, 7) + timedelta(weeks=3 * n)) for n in range(16)]
# Material groups of kontor and for how long they are priced otherwise, about 0.1 % of the lines each: in one stretch, and over the year.
CLUSTERED = ("100", (("2025-03-10", "2025-03-12"),))
SCATTERED = ("140", tuple((day, day) for day in TUESDAYS))


class Days:
    """One lakehouse and what is done to it."""

    def __init__(self, args: argparse.Namespace, folder: Path) -> None:
        self.args, self.folder = args, folder
        self.landing = args.landing or folder / "landing"
        self.lakehouse = args.lakehouse or folder / "lakehouse"
        self.environment = environment(args)
        self.house = Lakehouse(Settings(self.lakehouse, self.landing))

    def build(self) -> None:
        """The sample company, built once."""
        say(f"scale {self.args.scale}: writing the extracts and building the lakehouse")
        measured([EMBERLAKE, "sample", "--landing", str(self.landing), "--scale", str(self.args.scale)], self.folder / "sample.log", self.environment)
        self.run("first")

    def run(self, name: str, *words: str) -> Measured:
        say(name)
        command = [EMBERLAKE, "run", *words, "--lakehouse", str(self.lakehouse), "--landing", str(self.landing)]
        return measured(command, self.folder / f"{name}.log", self.environment)

    def day(self, name: str, prepare: Callable[[], int], *words: str) -> None:
        """Prepare a change, run, and tell what it cost and what was written."""
        lines = prepare()
        used = self.run(name, *words)
        last = max(self.house.books.read("run"), key=lambda row: row["finished_at"])
        builds = {f"{row['table_name']}{'/' + row['feed'] if row['feed'] else ''}": row for row in self.house.books.read("commit", run_id=last["run_id"])}
        written = {job: [row["scope"], row["written_count"] + row["deleted_count"]] for job, row in builds.items() if job in GOLD}
        tell({"part": "changes", "day": name, "scale": self.args.scale, "changed_lines": lines, **asdict(used), "written": written})
        if name == "whole" and (wrong := {job: found for job, found in written.items() if found[1]}):
            raise SystemExit(f"computing everything found what following the changes had not: {wrong}")

    def late_rows(self) -> int:
        """One file of lines such as came before, under new document numbers, scattered over the year."""
        draw, lines, head = random.Random(1), [], ""
        for path in sorted(self.landing.glob("kontor/wareneingang_*.csv")):
            head, *rest = path.read_text(ENCODING).splitlines()
            lines += [line for line in rest if draw.random() < 2 * LATE_SHARE and line.count(";") == head.count(";")]
        fresh = [f"L{line}" for line in lines]
        (self.landing / "kontor" / "wareneingang_2025-late.csv").write_text("\n".join([head, *fresh]) + "\n", ENCODING)
        return len(fresh)

    def decision(self, decided: tuple[str, Sequence[Span]] = CLUSTERED) -> int:
        """One material group of kontor is priced by another factor for some time; how many lines of the decision say so."""
        group, spans = decided
        path = self.landing / MAPPING
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        old = next(row for row in rows if row["mapped_source_system"] == "kontor" and row["material_group_code"] == group)
        other = next(row for row in rows if row["method"] == "average-data" and row["activity_code"] != old["activity_code"])
        for start, end in spans:
            valid = {"valid_from_date": start, "valid_to_date": end, "factor_mapping_id": f"{old['factor_mapping_id']}-{start}"}
            rows.append(old | valid | {"activity_code": other["activity_code"]})
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return len(spans)


def none() -> int:
    return 0


def main() -> None:
    """Command line."""
    parser = options(__doc__, rounds=1)
    parser.add_argument("--scale", type=int, default=100)
    parser.add_argument("--lakehouse", type=Path, help="a built lakehouse; it is changed")
    parser.add_argument("--landing", type=Path, help="its landing folder; it is changed")
    args = parser.parse_args()
    with scratch(args, "changes") as folder:
        days = Days(args, folder)
        if not args.lakehouse:
            days.build()
        days.day("unchanged", none)
        days.day("late rows", days.late_rows)
        days.day("clustered", days.decision)
        days.day("scattered", lambda: days.decision(SCATTERED))
        days.day("whole", none, "--again")


if __name__ == "__main__":
    main()
