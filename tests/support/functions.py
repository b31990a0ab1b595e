"""Functions of tables that only tests know: the runner finds a function by the place of its package."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import emberlake.gold
import emberlake.silver


@contextmanager
def functions_beside(folder: Path) -> Iterator[None]:
    """For as long as the block lasts, tables of silver and gold are also looked for below a folder."""
    packages = {"silver": emberlake.silver.__path__, "gold": emberlake.gold.__path__}
    for layer, places in packages.items():
        places.append(str(folder / layer))
    try:
        yield
    finally:
        for layer, places in packages.items():
            places.remove(str(folder / layer))
