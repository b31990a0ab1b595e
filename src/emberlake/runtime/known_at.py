"""What could be known at a time: a throw-away lakehouse, built from what had landed by then and from nothing else.

What was published at that time is another question, and `as_of` answers it. Factors, mappings, rates and decisions are landed
too, so each is the one known then; rules and formulas are those of today.
"""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from emberlake.errors import EmberlakeError
from emberlake.runtime.lakehouse import Lakehouse


class NotEmpty(EmberlakeError):
    """The folder that is to hold the throw-away lakehouse holds something else."""


def known_at(lakehouse: Lakehouse, moment: datetime, folder: Path) -> Lakehouse:
    """A lakehouse in an empty folder that knows the landed files of a moment; a run fills it. Raises NotEmpty."""
    if folder.exists() and any(folder.iterdir()):
        raise NotEmpty(f"{folder} is not empty; name a folder that is, for the lakehouse of {moment:%Y-%m-%d %H:%M:%S} UTC")
    landed = [row for row in lakehouse.books.read("landing") if row["landed_at"] <= moment]
    if not landed:
        raise EmberlakeError(f"nothing had landed by {moment:%Y-%m-%d %H:%M:%S} UTC")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "landed").symlink_to(lakehouse.landed_folder.resolve(), target_is_directory=True)
    then = Lakehouse(replace(lakehouse.settings, lakehouse=folder.resolve()))
    then.books.write("landing", landed)
    return then
