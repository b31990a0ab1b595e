"""The file that generated examples are written to."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file that every generated example overwrites."""
    return tmp_path_factory.mktemp("readers") / "extract.csv"
