"""A lakehouse to try things in: the tables of another one as they stand, none of whose files are written again.

Data files and logs are never changed in place, so hard links are a copy; a build in the throw-away one is the very build that
would run in the other, from the versions consumed there.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from emberlake.names import LAYERS
from emberlake.runtime.lakehouse import Lakehouse

COPIED = (*LAYERS, "audit")


@contextmanager
def throw_away(lakehouse: Lakehouse) -> Iterator[Lakehouse]:
    """The copy, which is gone at the end. It lies beside the tables, where files can be linked, tells no lineage
    server, and waits for nobody.
    """
    folder = lakehouse.settings.lakehouse / "throw-away"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as name:
        yield copied(lakehouse, Path(name))


def copied(lakehouse: Lakehouse, folder: Path) -> Lakehouse:
    """The tables and kept extracts of a lakehouse in an empty folder."""
    for layer in COPIED:
        if (source := lakehouse.settings.lakehouse / layer).exists():
            shutil.copytree(source, folder / layer, copy_function=link_or_copy)
    (folder / "landed").symlink_to(lakehouse.landed_folder.resolve(), target_is_directory=True)
    return Lakehouse(replace(lakehouse.settings, lakehouse=folder.resolve(), lineage={"transport": {"type": "noop"}}, approval=()))


def link_or_copy(source: str, target: str) -> None:
    """A hard link where the file system has them, a copy elsewhere."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
