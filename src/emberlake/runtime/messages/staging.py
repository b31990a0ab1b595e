"""Files of one call enter the landing folder together: a crash leaves all of them or none."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

PARTIAL = ".partial"


class Staging:
    """Files are written below `.arriving`; once they are whole that folder is `.arrived`, and whoever comes next moves them on."""

    def __init__(self, landing: Path) -> None:
        self.landing = landing
        self.arriving, self.arrived = landing / ".arriving", landing / ".arrived"

    def write(self, name: PurePosixPath, lines: Iterable[bytes]) -> None:
        """Write one file of this name below the landing folder, one line each."""
        path = self.arriving / f"{name}{PARTIAL}"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            for line in lines:
                file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def commit(self) -> None:
        """Let everything that was written enter."""
        if self.arriving.exists():
            self.arriving.rename(self.arrived)
            self.recover()

    def recover(self) -> None:
        """Finish what a crash interrupted after it was whole, and forget what it interrupted before."""
        for path in sorted(self.arrived.rglob(f"*{PARTIAL}")):
            target = self.landing / str(path.relative_to(self.arrived)).removesuffix(PARTIAL)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
        for folder in (self.arrived, self.arriving):
            shutil.rmtree(folder, ignore_errors=True)
