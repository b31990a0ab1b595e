"""Where the real extracts are, and the lakehouse that is built of them."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.landing import Landing
from emberlake.runtime.run import Run

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"


@dataclass(frozen=True)
class Real:
    """The lakehouse after one run, with what landing and run said, and where the extracts are."""

    lakehouse: Lakehouse
    landing: Landing
    run: Run
    data: Path

    def rows(self, table: str, *columns: str) -> list[dict[str, Any]]:
        """Rows of a table, these columns or all."""
        found: list[dict[str, Any]] = self.lakehouse.store.dataset(table).to_table(columns=list(columns) or None).to_pylist()
        return found


def script(name: str) -> ModuleType:
    """A script of infra/real as a module; it is no part of the package."""
    spec = importlib.util.spec_from_file_location(f"real_{name}", ROOT / "infra" / "real" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
