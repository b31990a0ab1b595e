"""Contracts of another folder, named by EMBERLAKE_SCHEMAS, stand for those of the installation: for every verb."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from emberlake.cli import app
from runtime.shops import WERK, Depot, Shop


def say(shop: Shop, monkeypatch: pytest.MonkeyPatch, *words: str) -> str:
    monkeypatch.setenv("EMBERLAKE_SCHEMAS", str(shop.contracts))
    monkeypatch.setenv("EMBERLAKE_LAKEHOUSE", str(shop.folder / "lakehouse"))
    monkeypatch.setenv("EMBERLAKE_LANDING", str(shop.folder / "landing"))
    return CliRunner().invoke(app, list(words)).output


def test_landing_and_running_follow_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    depot = Depot(tmp_path)
    depot.deliver("depot/movement_1.csv", "nr,day,pieces\nA,2025-01-05,10\n", "utf-8")
    assert "landed 1 new files, 0 were known, 0 refused" in say(depot, monkeypatch, "land")
    assert "bronze.depot_movement" in say(depot, monkeypatch, "run", "--dry-run")


def test_asking_follows_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "there is no table bronze.depot_movement" not in say(Depot(tmp_path), monkeypatch, "show", "bronze.depot_movement")


def test_checking_follows_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop(tmp_path)
    shop.change(WERK, "required: true\n    primaryKey: true", "required: true\n    secondaryKey: true\n    primaryKey: true")
    assert "secondaryKey" in say(shop, monkeypatch, "contracts", "check")
