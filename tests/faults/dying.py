"""Death at a drawn step: whatever a process leaves behind on disk is a step, and before or after any of them it may end.

A death is raised, not caught by any `except Exception`, and from then on every further step raises it too: what cleans up
after an error cannot write either, as in a process that is gone. `kill` ends the process in earnest; `refuse` leaves it alive
on a disk that takes nothing any more.
"""

import errno
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deltalake import DeltaTable
from pyspark.sql import DataFrameWriter

from emberlake.runtime import store
from emberlake.runtime.store import publishing

# Commits of delta-rs and files of Spark are written where Python sees nothing: a death comes before or after the call.
CALLS: tuple[tuple[Any, str], ...] = (
    (store, "write_deltalake"), (publishing, "create_table_with_add_actions"), (DeltaTable, "create"), (DeltaTable, "create_write_transaction"),
    (DataFrameWriter, "parquet"),
)  # fmt: skip
CHANGES = {"os.rename": 2, "os.link": 2, "os.symlink": 2, "os.remove": 1, "os.rmdir": 1}  # event → leading arguments that are paths
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class Death(BaseException):
    """The process is gone."""


def die(step: str) -> None:
    raise Death(step)


def refuse(step: str) -> None:
    raise OSError(errno.ENOSPC, f"No space left on device, at {step}")


def kill(_step: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Reaper:
    """Counts steps below a folder and lets the process die at the one that was drawn."""

    end: Callable[[str], None] = die
    folder: str | None = None
    left: int = 0  # steps until death
    calls_only: bool = False
    steps: int = 0
    calls: int = 0
    dead_at: str | None = None

    def arm(self, folder: Path, left: int = 10**9, calls_only: bool = False) -> None:
        """From now on steps below a folder count, or of them the commits and the files of Spark; the one after so many is the last."""
        self.folder, self.left, self.calls_only, self.dead_at, self.steps, self.calls = str(folder), left, calls_only, None, 0, 0

    def disarm(self) -> None:
        self.folder, self.dead_at = None, None

    def step(self, name: str) -> None:
        if self.folder is None:
            return
        if self.dead_at is None:
            is_call = name.startswith(("before", "after"))
            self.steps, self.calls = self.steps + 1, self.calls + is_call
            if is_call or not self.calls_only:
                self.left -= 1
            if self.left < 0:
                self.dead_at = name
        if self.dead_at is not None:
            self.end(self.dead_at)

    def heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        """What Python tells of itself (see `sys.addaudithook`)."""
        if self.folder is None:
            return
        if event == "open":
            path, _, flags = arguments
            if isinstance(flags, int) and flags & WRITES and self.is_ours(path, None):
                self.step(f"open {short(path)}")
        elif event in CHANGES and self.is_ours(arguments[0], arguments[-1]):
            self.step(f"{event} {short(arguments[CHANGES[event] - 1])}")

    def is_ours(self, path: Any, folder: Any) -> bool:
        """Whether a path, maybe relative to an open folder, lies below the one that is watched."""
        if not isinstance(path, (str, os.PathLike)):
            return False
        place = Path(path)
        if "locks" in place.parts:  # a lock is let go by whoever dies
            return False
        if isinstance(folder, int) and folder > 0 and not place.is_absolute():
            place = Path(f"/proc/self/fd/{folder}").readlink() / place
        return str(place).startswith(str(self.folder))

    def watch(self) -> "Reaper":
        """Listen, for as long as the process lives: a hook cannot be taken back."""
        sys.addaudithook(self.heard)
        for owner, name in CALLS:
            setattr(owner, name, self.around(getattr(owner, name), name, is_class_method=name == "create"))
        return self

    def around(self, original: Callable[..., Any], name: str, is_class_method: bool) -> Any:
        def mortal(*args: Any, **kwargs: Any) -> Any:
            self.step(f"before {name}")
            result = original(*(args[1:] if is_class_method else args), **kwargs)
            self.step(f"after {name}")
            return result

        return classmethod(mortal) if is_class_method else mortal


def short(path: Any) -> str:
    return "/".join(Path(os.fspath(path)).parts[-3:])
