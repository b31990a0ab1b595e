"""The small company, built once for these tests; each test edits a copy."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.landing import land
from emberlake.runtime.run import Selection, run
from emberlake.runtime.settings import Settings
from emberlake.sample import make
from since.company import Company, cut
from support.once import once
from support.werkbank import snapshot


@pytest.fixture(scope="session")
def built(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    def build(folder: Path) -> Path:
        make(folder / "landing", scale=1)
        cut(folder / "landing")
        snapshot(folder / "landing", receipt_count=60)
        lakehouse = Lakehouse(Settings(folder / "lakehouse", folder / "landing"))
        land(lakehouse)
        run(lakehouse, Selection(publish=False))
        lakehouse.lineage.close()
        return folder

    return once(tmp_path_factory, "small", build)


@pytest.fixture
def company(built: Path, tmp_path: Path, spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Company]:
    monkeypatch.setattr("emberlake.runtime.files_within.FEW", 0)  # files are narrowed down however few their rows are,
    monkeypatch.setattr("emberlake.runtime.change_feed.FEW", 0)  # and changes of theirs are kept

    def open_copy(seed: int) -> Company:
        shutil.copytree(built / "lakehouse", tmp_path / "lakehouse")
        return Company(Lakehouse(Settings(tmp_path / "lakehouse", built / "landing")), seed)

    return open_copy
