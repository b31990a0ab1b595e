"""Judge what no verdict covers yet and publish it: spark-submit --py-files emberlake.zip jobs/release.py --lakehouse FOLDER."""

import argparse
import sys
from pathlib import Path


def main() -> None:
    """All tables become visible together, or none does."""
    sys.path.sort(key=lambda entry: entry.endswith(".zip"))  # the driver's own installation first: it has the contracts and reference tables
    from emberlake.runtime.lakehouse import Lakehouse
    from emberlake.runtime.run import Selection, run
    from emberlake.runtime.settings import Settings

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lakehouse", type=Path, help="or EMBERLAKE_LAKEHOUSE")
    parser.add_argument("--landing", type=Path, help="or EMBERLAKE_LANDING")
    parser.add_argument("--run-id", help="the run that this belongs to; a new one otherwise")
    args = parser.parse_args()
    house = Lakehouse(Settings.from_environment(args.lakehouse, args.landing))
    done = run(house, Selection(build=False, run_id=args.run_id), print)
    print(f"release {done.release_id}" if done.release_id else "nothing new to release; the release in force stands")


if __name__ == "__main__":
    main()
