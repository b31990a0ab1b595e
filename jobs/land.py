"""Take in what is new in the landing folder: spark-submit jobs/land.py --lakehouse FOLDER --landing FOLDER."""

import argparse
import sys
from pathlib import Path


def main() -> None:
    """Refused files and topics that cannot be fetched are told and do not stop the others."""
    sys.path.sort(key=lambda entry: entry.endswith(".zip"))  # the driver's own installation first: it has the contracts and reference tables
    from emberlake.runtime.lakehouse import Lakehouse
    from emberlake.runtime.landing import land
    from emberlake.runtime.settings import Settings

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lakehouse", type=Path, help="or EMBERLAKE_LAKEHOUSE")
    parser.add_argument("--landing", type=Path, help="or EMBERLAKE_LANDING")
    args = parser.parse_args()
    seen = land(Lakehouse(Settings.from_environment(args.lakehouse, args.landing)), print)
    print(f"landed {len(seen.landed)} new files, {seen.known_count} were known, {len(seen.refused)} refused, unclaimed {list(seen.unclaimed)}")
    for lag in seen.lags:
        print(f"waits: {lag.words}")
    for row in seen.refused:
        print(f"refused {row['file_name']}: {row['message']}")
    for outage in seen.outages:
        print(f"not fetched: {outage}")


if __name__ == "__main__":
    main()
