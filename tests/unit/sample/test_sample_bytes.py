"""The sample company's files: the same bytes for the same seed and scale, as the manifest lists them."""

import hashlib
from collections import Counter
from pathlib import Path

import pytest
from parsed_company import (
    Company,
)

from emberlake.sample import load, make
from emberlake.sample.kinds import RECEIPT_KINDS
from emberlake.sample.manifest import FILE


def hashes(landing: Path) -> dict[str, str]:
    return {str(path.relative_to(landing)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(landing.rglob("*")) if path.is_file()}


def test_same_bytes_whoever_writes(company: Company, tmp_path: Path) -> None:
    """Another run, with two processes, writes the same files and the same manifest."""
    make(tmp_path, workers=2)
    assert hashes(tmp_path) == hashes(company.landing)
    assert len(hashes(tmp_path)) == 37


def test_another_seed_is_another_company(company: Company, tmp_path: Path) -> None:
    """Every receipt file differs under another seed, and so do the masters of people and goods."""
    make(tmp_path, seed=7)
    ours, theirs = hashes(company.landing), hashes(tmp_path)
    assert ours.keys() == theirs.keys()
    same = {file for file in ours if ours[file] == theirs[file]}
    assert same == {
        "kontor/werk_20251231.csv",
        "sap/T001W_20251231.txt",
        "decision/factor_mapping.csv",
        "decision/factor_policy.csv",
    }


def test_receipts_grow_with_scale_and_masters_with_its_root(company: Company, tmp_path: Path) -> None:
    """Four times the scale: four times the receipts and orders, twice the masters and bad rows."""
    larger = Company(tmp_path, make(tmp_path, scale=4))
    for source in ("kontor", "sap"):
        assert len(company.receipts(source)) == 5_000
        assert len(larger.receipts(source)) == 20_000
        assert 1.6 < len(larger.column(source, 0)) / len(company.column(source, 0)) < 2.2
        assert 1.6 < len(larger.column(source, 1)) / len(company.column(source, 1)) < 2.2
    assert len(larger.records["sap/EKPO_20251231.txt"]) - 1 == 2_000
    small, large = (Counter(defect.kind for defect in one.manifest.defects) for one in (company, larger))
    assert all(large[kind.name] == 2 * small[kind.name] for kind in RECEIPT_KINDS)


def test_manifest_describes_the_files(company: Company) -> None:
    """Rows, lines, bytes and hash of every file are those of the file; the manifest reads back as it was returned."""
    assert load(company.landing / FILE) == company.manifest
    for entry in company.manifest.files:
        content = (company.landing / entry.file).read_bytes()
        assert (entry.bytes, entry.sha256) == (len(content), hashlib.sha256(content).hexdigest())
        assert entry.rows == len(company.records[entry.file]) - 1
        assert entry.lines == content.count(b"\n")
        assert content.endswith(b"\r\n" if entry.source == "kontor" else b"\n")


@pytest.mark.parametrize("scale, seed", [(0, 2025), (10_001, 2025), (1, -1)])
def test_impossible_scales_and_seeds_are_refused(tmp_path: Path, scale: int, seed: int) -> None:
    """The message names what was asked, and nothing is written."""
    with pytest.raises(ValueError, match=f"Scale {scale}, seed {seed}"):
        make(tmp_path, scale=scale, seed=seed)
    assert list(tmp_path.iterdir()) == []
