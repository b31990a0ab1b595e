"""The same company by hand in DuckDB: landing to gold in SQL, in a process of its own.

    python benchmarks/by_hand.py LANDING TARGET REPORT [--cores 2] [--memory 6GB]

Makes what a careful analyst would make without Emberlake: typed bronze, judged silver and exact gold as parquet files. It has no
row ids, arrival times, messages, lineage, versions, books, suites or releases. Writes the seconds of each layer to REPORT.
"""

import argparse
import json
from pathlib import Path
from string import Template
from time import perf_counter

import duckdb

import emberlake

HERE = Path(__file__).parent
REFERENCE = Path(emberlake.__file__).parent / "reference"


def build(landing: Path, target: Path, cores: int, memory: str) -> dict[str, float]:
    """Run the SQL files in their order; seconds by file."""
    for layer in ("bronze", "silver", "gold"):
        (target / layer).mkdir(parents=True)
    seconds = {}
    with duckdb.connect(config={"threads": cores, "memory_limit": memory, "temp_directory": str(target / "spill")}) as connection:
        for path in sorted((HERE / "by_hand").glob("*.sql")):
            started = perf_counter()
            connection.execute(Template(path.read_text(encoding="utf-8")).substitute(landing=landing, target=target, reference=REFERENCE))
            seconds[path.stem.split("_", 1)[1]] = round(perf_counter() - started, 3)
    return seconds


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("landing", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("report", type=Path)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--memory", default="6GB")
    args = parser.parse_args()
    args.report.write_text(json.dumps({"seconds": build(args.landing, args.target, args.cores, args.memory)}), encoding="utf-8")


if __name__ == "__main__":
    main()
