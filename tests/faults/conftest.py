"""What the tests of faults compare with: the same days without a fault."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from faults.company import DAYS, Company, Day, State, Yard, in_one_run, state
from faults.draws import DAYS_DRAWN, KILLS, SEED
from faults.dying import Reaper


def pytest_report_header() -> str:
    """What the draws can be told again by."""
    return f"faults: {KILLS} deaths, EMBERLAKE_TEST_SEED={SEED}"


@dataclass(frozen=True)
class Past:
    """A day, and how it ends without a fault: the folder afterwards, what anybody may rely on, and how many steps it took."""

    day: Day
    folder: Path
    state: State
    steps: int
    calls: int


@pytest.fixture(scope="session")
def reaper() -> Iterator[Reaper]:
    found = Reaper().watch()
    yield found
    found.disarm()


def without_fault(shop: Company, days: tuple[Day, ...], reaper: Reaper) -> Iterator[Past]:
    """Live the days one after the other."""
    for number, day in enumerate(days, 1):
        reaper.arm(shop.folder / "lakehouse")
        day(shop)
        in_one_run(shop)
        reaper.disarm()
        kept = shop.folder.parent / str(number)
        shutil.copytree(shop.folder, kept, symlinks=True)
        yield Past(day, kept, state(shop), reaper.steps, reaper.calls)


@pytest.fixture(scope="session")
def past(spark: SparkSession, reaper: Reaper, tmp_path_factory: pytest.TempPathFactory) -> list[Past]:
    """The days of the yard: all of them for `make faults`."""
    return list(without_fault(Yard(tmp_path_factory.mktemp("yard") / "yard"), DAYS[:DAYS_DRAWN], reaper))
