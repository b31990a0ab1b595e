"""Everything twice: each task, each landing, each run, and the files once more under other names."""

import shutil
from pathlib import Path

import pytest

from faults.company import DAYS, Yard, by_tasks, state
from faults.conftest import Past
from faults.draws import wide

pytestmark = [pytest.mark.slow, wide]


def test_every_task_runs_twice(past: list[Past], tmp_path: Path) -> None:
    yard = Yard(tmp_path / "yard")
    for day, expected in zip(DAYS[:2], past, strict=False):
        day(yard)
        by_tasks(yard, times=2)
        assert state(yard) == expected.state


def test_all_is_replayed_twice(past: list[Past], tmp_path: Path) -> None:
    yard: Yard = Yard(past[-1].folder).copy(tmp_path / "yard")  # type: ignore[assignment]
    for number in range(2):
        for path in sorted((yard.folder / "landing" / "yard").glob("move_[1-4].csv")):
            shutil.copyfile(path, path.with_stem(f"{path.stem}_replay{number}"))
        yard.land()
        postings = len(yard.rows("gold.posting"))
        done = yard.build(again=True)
        assert set(done.accounts) == {"silver.plant/kontor", "silver.move/yard", "gold.posting", "gold.stock"}
        assert all(account.written_count == account.deleted_count == 0 for account in done.accounts.values())
        assert state(yard) == past[-1].state and len(yard.rows("gold.posting")) == postings
