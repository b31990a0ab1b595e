"""The landing folder of the real lakehouse, and what is said where the extracts are missing."""

import csv
import sys
from pathlib import Path

import pytest
from real_lakehouse import ROOT, script

prepare = script("prepare")


def test_missing_extracts_are_named_with_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["prepare.py", "--data", str(tmp_path / "nowhere"), "--landing", str(tmp_path / "landing")])
    assert prepare.main() == 1
    said = capsys.readouterr().err
    assert "16 of 16 files are missing" in said and "adventureworks_raw_2025/Product.csv" in said and "--data" in said
    assert not (tmp_path / "landing").exists()


def test_extracts_are_copied_byte_for_byte_beside_the_mapping(tmp_path: Path) -> None:
    for path in prepare.EXTRACTS.values():
        file = tmp_path / "data" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(f"{path}\xa0".encode())
    laid = prepare.prepare(tmp_path / "data", tmp_path / "landing")
    assert (tmp_path / "landing/ecb/eurofxref-hist.csv").read_bytes() == "reference/eurofxref-hist.csv\xa0".encode()
    mapping = ROOT / "infra/real/mapping/assignment/unit.csv"
    assert (tmp_path / "landing/assignment/unit.csv").read_bytes() == mapping.read_bytes()
    assert prepare.prepare(tmp_path / "data", tmp_path / "landing") == laid and len(laid) == 21


@pytest.mark.parametrize("name", ["unit", "material_group", "plant"])
def test_each_assignment_says_that_it_is_assumed_by_whom_and_when(name: str) -> None:
    with (ROOT / f"infra/real/mapping/assignment/{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows and all(row["label"].startswith("assumed") and row["decided_by"] and row["decided_date"] for row in rows)
