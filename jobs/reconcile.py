"""Prove what stands and repair what differs: spark-submit --py-files emberlake.zip jobs/reconcile.py [--from YYYY-MM] [--to YYYY-MM]."""

import argparse
import sys
from pathlib import Path


def main() -> None:
    """All months, or a window of them."""
    sys.path.sort(key=lambda entry: entry.endswith(".zip"))  # the driver's own installation first: it has the contracts and reference tables
    from emberlake.runtime.lakehouse import Lakehouse
    from emberlake.runtime.reconciliation.reconcile import reconcile
    from emberlake.runtime.reconciliation.window import window_of
    from emberlake.runtime.settings import Settings

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="first", help="first month of the window")
    parser.add_argument("--to", dest="last", help="last month of the window")
    parser.add_argument("--lakehouse", type=Path, help="or EMBERLAKE_LAKEHOUSE")
    parser.add_argument("--landing", type=Path, help="or EMBERLAKE_LANDING")
    args = parser.parse_args()
    house = Lakehouse(Settings.from_environment(args.lakehouse, args.landing))
    done = reconcile(house, window_of(house, args.first, args.last), progress=print)
    for finding in done.findings:
        print(f"{finding.table} {finding.row_key}: {finding.change}, {finding.cause}, {finding.kgco2e_difference} kgCO2e")
    print(f"{done.window}: {len(done.findings)} keys differed")


if __name__ == "__main__":
    main()
