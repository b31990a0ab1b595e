"""Take in what arrives in the landing folder, again and again: spark-submit --py-files emberlake.zip jobs/stream.py --once | --forever [--every S]."""

import argparse
import signal
import sys
from dataclasses import replace
from pathlib import Path
from threading import Event


def main() -> None:
    """One trigger, or triggers until the process is asked to end; what it was at is finished first."""
    sys.path.sort(key=lambda entry: entry.endswith(".zip"))  # the driver's own installation first: it has the contracts and reference tables
    from emberlake.runtime.lakehouse import Lakehouse
    from emberlake.runtime.settings import Settings
    from emberlake.runtime.stream import Pace, stream, trigger

    parser = argparse.ArgumentParser(description=__doc__)
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--once", action="store_true", help="one trigger, and its release")
    how.add_argument("--forever", action="store_true", help="until SIGTERM or SIGINT")
    parser.add_argument("--every", type=float, default=Pace.every_s, help="seconds between triggers")
    parser.add_argument("--publish-every", type=float, default=Pace.publish_every_s, help="seconds between releases")
    parser.add_argument("--lakehouse", type=Path, help="or EMBERLAKE_LAKEHOUSE")
    parser.add_argument("--landing", type=Path, help="or EMBERLAKE_LANDING")
    args = parser.parse_args()
    house = Lakehouse(replace(Settings.from_environment(args.lakehouse, args.landing), lives_long=args.forever))
    if args.once:
        trigger(house, publishes=True)
        return
    stop = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    stream(house, Pace(args.every, args.publish_every), stop, print)


if __name__ == "__main__":
    main()
