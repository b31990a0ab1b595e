"""Build tables without releasing them: spark-submit --py-files emberlake.zip jobs/build.py [TABLE …] [--period YYYY-MM]."""

import argparse
import sys
from pathlib import Path


def main() -> None:
    """Some tables or all; what is up to date stays as it is."""
    sys.path.sort(key=lambda entry: entry.endswith(".zip"))  # the driver's own installation first: it has the contracts and reference tables
    from emberlake.runtime.lakehouse import Lakehouse
    from emberlake.runtime.run import Selection, run
    from emberlake.runtime.settings import Settings

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", nargs="*", help="tables to build; all if none is named")
    parser.add_argument("--lakehouse", type=Path, help="or EMBERLAKE_LAKEHOUSE")
    parser.add_argument("--landing", type=Path, help="or EMBERLAKE_LANDING")
    parser.add_argument("--period", help="one month (YYYY-MM) of tables that have periods")
    parser.add_argument("--run-id", help="the run that this belongs to; a new one otherwise")
    args = parser.parse_args()
    house = Lakehouse(Settings.from_environment(args.lakehouse, args.landing))
    done = run(house, Selection(tuple(args.tables), args.period, publish=False, run_id=args.run_id), print)
    for job, account in done.accounts.items():
        print(f"{job}: {account.counts()}")
    for job, reason in done.skipped.items():
        print(f"{job}: {reason}")


if __name__ == "__main__":
    main()
