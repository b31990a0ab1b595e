"""The lakehouse of the real extracts, built once; its tests are skipped where the extracts are not at hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from real_lakehouse import DATA, Real, script

from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.landing import Landing, land
from emberlake.runtime.run import Run, Selection, run
from emberlake.runtime.settings import Settings
from support.once import once


@pytest.fixture(scope="session")
def data() -> Path:
    if not (DATA / "adventureworks_raw_2025").is_dir():
        pytest.skip("the real extracts (../shared/data/adventureworks_raw_2025) are not at hand; they are no part of the repository")
    return DATA


@pytest.fixture(scope="session")
def real(data: Path, spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    conf = {"spark.sql.shuffle.partitions": spark.conf.get("spark.sql.shuffle.partitions") or "2"}

    def build(folder: Path) -> tuple[Settings, Landing, Run]:
        script("prepare").prepare(data, folder / "landing")
        settings = Settings(folder / "lakehouse", folder / "landing", spark_conf=conf)
        lakehouse = Lakehouse(settings)
        try:
            return settings, land(lakehouse), run(lakehouse, Selection())
        finally:
            lakehouse.lineage.close()

    settings, *told = once(tmp_path_factory, "real", build)
    lakehouse = Lakehouse(settings)
    yield Real(lakehouse, *told, data)
    lakehouse.lineage.close()
