"""A run that is killed before or after a named step: `python crash.py FOLDER MODULE.FUNCTION before|after TABLE…`."""

import importlib
import os
import signal
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from support.workshop import Workshop


def deadly(module: str, name: str, moment: str) -> None:
    """Let the process die, as by a power cut, at one step."""
    owner: Any = importlib.import_module(module)
    *parents, function = name.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    original = getattr(owner, function)

    def dying(*args: Any, **kwargs: Any) -> None:
        if moment == "after":
            original(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, function, dying)


if __name__ == "__main__":
    folder, module, name, moment, *tables = sys.argv[1:]
    deadly(module, name, moment)
    Workshop(Path(folder)).run(*tables)
