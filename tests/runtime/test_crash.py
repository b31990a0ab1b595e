"""The process is killed at each step. Before the release nothing is published; the next run repairs and ends as if nothing had been."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from emberlake.runtime.release import in_force
from support.workshop import Workshop

SCRIPT = Path(__file__).parents[1] / "support" / "crash.py"
TABLES = ("bronze.kontor_werk", "silver.plant")
BUILD, RELEASE = "emberlake.runtime.build", "emberlake.runtime.release"
STEPS = [
    (BUILD, "read", "after"),
    (BUILD, "judge", "after"),
    (BUILD, "write_rows", "before"),
    ("emberlake.runtime.store", "Store.own_commit", "before"),  # data committed, the runner does not know it
    ("emberlake.runtime.quarantine", "write_open", "before"),  # between table and quarantine
    (BUILD, "record", "before"),
    (BUILD, "record", "after"),  # between two tables
    ("emberlake.runtime.gate", "validate", "before"),
    (RELEASE, "prepare", "after"),  # laid out, not released
    (RELEASE, "switch", "before"),  # released, `published` not switched
]


@pytest.fixture(scope="module")
def started(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workshop with one release, and a second delivery that waits: a new plant, and one without a country."""
    shop = Workshop(tmp_path_factory.mktemp("crash") / "shop")
    shop.deliver("kontor/werk_1.csv", "WerkNr;Bezeichnung;Land\n1;Halle Süd;DE\n")
    shop.land()
    shop.run(*TABLES)
    shop.deliver("kontor/werk_2.csv", "WerkNr;Bezeichnung;Land\n1;Halle Süd;DE\n2;Halle Nord;DE\n3;Halle West;Deutschland\n")
    shop.land()
    return shop.folder


def state(shop: Workshop) -> dict[str, object]:
    """What a reader sees: published plants, open quarantine, and how often each plant stands."""
    plants = shop.rows("silver.plant", in_force(shop.lakehouse)["silver.plant"])
    open_rows = shop.lakehouse.books.read("quarantine", table_name="silver.plant")
    published = shop.folder / "lakehouse" / "published" / "silver" / "plant"
    return {
        "plants": sorted((row["plant_id"], row["plant_name"]) for row in plants),
        "quarantine": [(row["rule_id"], row["row_id"].split(":")[1]) for row in open_rows],
        "bronze": len(shop.rows("bronze.kontor_werk")),
        "published": published.exists(),
    }


@pytest.mark.slow
@pytest.mark.parametrize(("module", "name", "moment"), STEPS, ids=[f"{moment} {name}" for _, name, moment in STEPS])
def test_killed(started: Path, tmp_path: Path, spark: SparkSession, module: str, name: str, moment: str) -> None:
    folder = tmp_path / "shop"
    shutil.copytree(started, folder, symlinks=True)
    shop = Workshop(folder)
    before = in_force(shop.lakehouse)
    environment = os.environ | {"EMBERLAKE_SPARK_CONF": "spark.driver.memory=1g"}
    killed = subprocess.run([sys.executable, SCRIPT, folder, module, name, moment, *TABLES], env=environment, capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr[-3000:]
    if name != "switch":
        assert in_force(shop.lakehouse) == before, "a crash before the release must publish nothing"
    shop.run(*TABLES)
    assert state(shop) == {
        "plants": [("kontor:1", "Halle Süd"), ("kontor:2", "Halle Nord")],
        "quarantine": [("silver.plant.country_code.pattern", "3")],
        "bronze": 4,
        "published": True,
    }
    link = folder / "lakehouse" / "published"
    assert link.resolve().name == shop.lakehouse.books.releases()[-1]["release_id"]
    assert shop.run(*TABLES).accounts == {}, "after the repair there is nothing left to do"
