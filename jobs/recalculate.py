"""Plan a recalculation, or approve or refuse a plan: spark-submit --py-files emberlake.zip jobs/recalculate.py plan | approve ID | refuse ID."""

import argparse
import sys
from pathlib import Path


def main() -> None:
    """What is planned and decided stands in audit.recalculation."""
    sys.path.sort(key=lambda entry: entry.endswith(".zip"))  # the driver's own installation first: it has the contracts and reference tables
    from emberlake.runtime.lakehouse import Lakehouse
    from emberlake.runtime.recalculation.planning import propose
    from emberlake.runtime.recalculation.posting import approve, refuse
    from emberlake.runtime.settings import Settings

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=["plan", "approve", "refuse"])
    parser.add_argument("plan_id", nargs="?", default="")
    parser.add_argument("--name", default="", help="who decides")
    parser.add_argument("--reason", default="", help="why")
    parser.add_argument("--run-id", help="the run that this belongs to; a new one otherwise")
    parser.add_argument("--lakehouse", type=Path, help="or EMBERLAKE_LAKEHOUSE")
    parser.add_argument("--landing", type=Path, help="or EMBERLAKE_LANDING")
    args = parser.parse_args()
    house = Lakehouse(Settings.from_environment(args.lakehouse, args.landing))
    if args.verb == "plan":
        plan = propose(house, print)
        print(f"plan {plan.plan_id}" if plan else "no ledger would be built")
    elif args.verb == "approve":
        print(f"release {approve(house, args.plan_id, args.name, args.reason, print, args.run_id).release_id}")
    else:
        refuse(house, args.plan_id, args.name, args.reason)


if __name__ == "__main__":
    main()
