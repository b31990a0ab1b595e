"""A lakehouse of the sample company, built once for all tests that read it and none that change it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.landing import Landing, land
from emberlake.runtime.run import Run, Selection, run
from emberlake.runtime.settings import Settings
from emberlake.sample import Manifest, make
from support.once import once


@dataclass(frozen=True)
class Built:
    """The lakehouse after one run, with what was put in and what the landing and the run said."""

    lakehouse: Lakehouse
    manifest: Manifest
    landing: Landing
    run: Run

    @property
    def extracts(self) -> Path:
        return self.lakehouse.settings.landing


@pytest.fixture(scope="session")
def sample_lakehouse(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """Ten thousand receipts from their extracts to a release, in the session of the other tests."""
    conf = {"spark.sql.shuffle.partitions": spark.conf.get("spark.sql.shuffle.partitions") or "2"}

    def build(folder: Path) -> tuple[Settings, Manifest, Landing, Run]:
        manifest = make(folder / "landing", scale=1)
        settings = Settings(folder / "lakehouse", folder / "landing", spark_conf=conf)
        lakehouse = Lakehouse(settings)
        try:
            return settings, manifest, land(lakehouse), run(lakehouse, Selection())
        finally:
            lakehouse.lineage.close()

    settings, *rest = once(tmp_path_factory, "sample", build)
    lakehouse = Lakehouse(settings)
    yield Built(lakehouse, *rest)
    lakehouse.lineage.close()
