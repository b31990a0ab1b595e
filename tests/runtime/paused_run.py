"""A run that holds its tables until it is killed: `python paused_run.py FOLDER TABLE…`. It says on its output that it does."""

import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from emberlake.runtime import run
from runtime.shops import Shop


def wait(*_: Any) -> None:
    print("holds its tables", flush=True)
    time.sleep(600)


if __name__ == "__main__":
    folder, *tables = sys.argv[1:]
    run.build_all = wait
    Shop(Path(folder)).build(*tables)
