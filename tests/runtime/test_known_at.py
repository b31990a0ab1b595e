"""Two questions about the past: what was published then, and what could be known then."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner

from emberlake.cli import app
from emberlake.runtime.known_at import NotEmpty, known_at
from emberlake.runtime.run import Selection, run
from runtime.shops import Shop


@pytest.mark.slow
def test_a_correction_that_came_before_the_first_release(tmp_path: Path, spark: SparkSession) -> None:
    """The name was corrected before anything was published: as of then nothing was, but the first name could be known."""
    shop = Shop(tmp_path)
    shop.works("1", "1;Halle Nord;DE")
    shop.land()
    moment = max(row["landed_at"] for row in shop.lakehouse.books.read("landing"))
    shop.works("2", "1;Halle Süd;DE", "2;Halle West;AT")
    shop.land()
    shop.build()
    names = {"kontor:1": "Halle Süd", "kontor:2": "Halle West"}
    assert {row["plant_id"]: row["plant_name"] for row in shop.rows("silver.plant")} == names

    then = known_at(shop.lakehouse, moment, tmp_path / "then")
    run(then, Selection(shop.TABLES))
    assert [(row["plant_id"], row["plant_name"]) for row in then.store.dataset("silver.plant").to_table().to_pylist()] == [("kontor:1", "Halle Nord")]
    with pytest.raises(NotEmpty, match="is not empty"):
        known_at(shop.lakehouse, moment, tmp_path / "then")
    assert {row["plant_id"]: row["plant_name"] for row in shop.rows("silver.plant")} == names, "the lakehouse itself stands as it was"


def test_the_command_says_what_it_wants(tmp_path: Path) -> None:
    for words in (["--known-at", "2025-01-01"], ["--into", str(tmp_path / "x")], ["--known-at", "yesterday", "--into", str(tmp_path / "x")]):
        done = CliRunner().invoke(app, ["run", "--lakehouse", str(tmp_path / "l"), *words])
        assert done.exit_code == 1 and "--known-at wants a time" in done.stderr
    done = CliRunner().invoke(app, ["run", "--lakehouse", str(tmp_path / "l"), "--known-at", "2025-01-01", "--into", str(tmp_path / "x")])
    assert done.exit_code == 1 and "nothing had landed by 2025-01-01" in done.stderr and not (tmp_path / "x").exists()
