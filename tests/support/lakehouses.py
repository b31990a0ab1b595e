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
    folder = tmp_path_factory.mktemp("sample")
    manifest = make(folder / "landing", scale=1)
    conf = {"spark.sql.shuffle.partitions": spark.conf.get("spark.sql.shuffle.partitions") or "2"}
    lakehouse = Lakehouse(Settings(folder / "lakehouse", folder / "landing", spark_conf=conf))
    landing = land(lakehouse)
    yield Built(lakehouse, manifest, landing, run(lakehouse, Selection()))
    lakehouse.lineage.close()
