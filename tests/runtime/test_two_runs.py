"""Two runs at once: of the same table the second is refused, of other tables it goes on; a run that dies lets go of everything."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from emberlake.cli import app
from emberlake.runtime import build
from emberlake.runtime.locks import Busy
from emberlake.runtime.release import in_force
from runtime.shops import Shop

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).parent / "paused_run.py"


@pytest.fixture
def shop(two_plants: Shop, tmp_path: Path) -> Shop:
    """Another delivery of works and one of suppliers wait."""
    shop = two_plants.copy(tmp_path / "shop")
    shop.works("2", "1;Halle Süd;DE", "3;Halle West;DE")
    shop.deliver("kontor/lieferant_1.csv", "LieferantenNr;Name;Land;Waehrung\n7;Drahtzug Müller;DE;EUR\n")
    shop.land()
    return shop


@pytest.fixture
def other(shop: Shop) -> Iterator[subprocess.Popen[str]]:
    """Another process in the midst of a run of works and plants."""
    process = subprocess.Popen([sys.executable, SCRIPT, shop.folder, *shop.TABLES], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "holds its tables\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_the_second_run_of_a_table_is_refused_until_the_first_one_ends(shop: Shop, other: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch) -> None:
    released = in_force(shop.lakehouse)
    for tables in (("silver.plant",), ("bronze.kontor_werk",), ("bronze.kontor_lieferant", "silver.plant")):
        with pytest.raises(Busy, match=r"is being built by another run; wait for it to end, or run other tables meanwhile"):
            shop.build(*tables)
    monkeypatch.setenv("EMBERLAKE_SCHEMAS", str(shop.contracts))
    said = CliRunner().invoke(app, ["run", "silver.plant", "--lakehouse", str(shop.folder / "lakehouse")])
    assert (said.exit_code, "silver.plant is being built by another run" in said.stderr) == (1, True)
    assert in_force(shop.lakehouse) == released and not shop.lakehouse.store.exists("bronze.kontor_lieferant")

    # A run of other tables goes on meanwhile, and what it publishes leaves the held tables as they were.
    assert shop.build("bronze.kontor_lieferant").accounts["bronze.kontor_lieferant"].written_count == 1
    assert {table: in_force(shop.lakehouse)[table] for table in released} == released

    # The process dies without a word; nothing is left to clean up.
    assert other.poll() is None
    other.kill()
    other.wait()
    shop.build()
    assert [plant[0] for plant in shop.plants()] == ["kontor:1", "kontor:3"]


def test_what_a_failed_run_left_behind_is_not_published_by_a_run_of_other_tables(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    before = in_force(shop.lakehouse)["silver.plant"]

    def full(*_: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as broken:
        shop.build("bronze.kontor_werk", publish=False)
        broken.setattr(build, "record", full)
        with pytest.raises(OSError, match="the disk is full"):
            shop.build("silver.plant")
    shop.build("bronze.kontor_lieferant")
    assert in_force(shop.lakehouse)["silver.plant"] == before
