"""Another process that lands and runs until it is killed: `python victim.py FOLDER [STEPS any|calls]`, or a stream: `… FOLDER stream`.

It says on its output when Spark is there. With STEPS it kills itself at the step of that number.
"""

import sys
from pathlib import Path
from threading import Event

sys.path.insert(0, str(Path(__file__).parents[1]))
from emberlake.runtime.stream import Pace, stream
from faults.company import Yard, in_one_run
from faults.dying import Reaper, kill


def main(folder: Path, what: str = "", which: str = "any") -> None:
    yard = Yard(folder)
    reaper = Reaper(end=kill).watch()
    yard.lakehouse.spark.range(1).count()
    print("ready", flush=True)
    if what == "stream":
        stream(yard.lakehouse, Pace(every_s=0.2, publish_every_s=0, longest_wait_s=1), Event(), lambda line: print(line, flush=True))
    if what:
        reaper.arm(folder / "lakehouse", int(what), which == "calls")
    in_one_run(yard)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
