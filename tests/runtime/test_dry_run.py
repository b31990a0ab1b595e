"""`emberlake run --dry-run` says what would be done, and why, and changes nothing."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from emberlake.cli import app
from runtime.shops import END_OF_WERK, TOWN, WERK, Shop


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "250")


def dry_run(shop: Shop, monkeypatch: pytest.MonkeyPatch, *words: str) -> dict[str, str]:
    """What it says of each table: why it would be built, or why not. No file of the lakehouse may differ afterwards."""
    monkeypatch.setenv("EMBERLAKE_SCHEMAS", str(shop.contracts))
    before = shop.files()
    done = CliRunner().invoke(app, ["run", *words, "--dry-run", "--lakehouse", str(shop.folder / "lakehouse"), "--landing", str(shop.folder / "landing")])
    assert done.exit_code == 0, done.output
    assert "Nothing was done." in done.stdout and shop.files() == before
    lines = [
        re.split(r"\s{2,}|(?<=landing) ", line.strip())
        for line in done.stdout.splitlines()
        if line.strip().startswith(("bronze.", "silver.", "landing folder:"))
    ]
    return {name: what for name, *_, what in lines}


def test_of_nothing_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop(tmp_path)
    shop.works("1", "1;Halle Süd;DE")
    assert dry_run(shop, monkeypatch) == {
        "landing": "folder: 1 files of new name, 0 known by name, 0 unclaimed",
        "bronze.kontor_lieferant": "no new files",
        "bronze.kontor_werk": "no new files",
        "silver.plant/kontor": "bronze.kontor_werk has no rows yet",
    }
    assert not (shop.folder / "lakehouse").exists()


@pytest.mark.slow
def test_what_waits_is_named_with_its_cause(two_plants: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = two_plants.copy(tmp_path / "shop")
    assert dry_run(shop, monkeypatch, *shop.TABLES)["silver.plant/kontor"] == "nothing changed"
    assert dry_run(shop, monkeypatch, *shop.TABLES, "--again")["silver.plant/kontor"] == "asked for"
    assert dry_run(shop, monkeypatch, *shop.TABLES, "--period", "2025-01")["silver.plant/kontor"] == "has no period"
    shop.works("2", "1;Halle Süd;DE")
    shop.land()
    assert dry_run(shop, monkeypatch)["bronze.kontor_werk"] == "1 new file"
    shop.change("silver/plant/kontor.feed.yaml", "accounts: {by: row}", "accounts: {by: row}\nrule_columns: [source_system]")
    assert dry_run(shop, monkeypatch)["silver.plant/kontor"] == "the contract or the function changed; after bronze.kontor_werk"


@pytest.mark.slow
def test_a_dry_run_alters_no_table_whose_contract_changed(two_plants: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = two_plants.copy(tmp_path / "shop")
    shop.change(WERK, END_OF_WERK, TOWN + END_OF_WERK)
    assert dry_run(shop, monkeypatch)["silver.plant/kontor"] == "nothing changed"
