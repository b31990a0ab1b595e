"""Deaths at drawn steps, several in a row, through all days of a company: each day ends as if there had been none."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pyspark.sql import SparkSession

from emberlake.runtime.disk import DiskFull
from faults.company import Company, State, Yard, by_tasks, in_one_run, state
from faults.conftest import Past, without_fault
from faults.draws import KILLS, SEED, wide
from faults.dying import Death, Reaper, die, refuse
from faults.workshop import Works, february, january

pytestmark = pytest.mark.slow
SHARE_OF_CALLS, SHARE_OF_FULL_DISKS = 0.5, 0.2


def die_through(draw: random.Random, company: Company, reaper: Reaper, past: Past, most: int, a_day: float) -> list[str]:
    """One day of a company that dies again and again until it gets through; where it died."""
    way, run_id, died = draw.choice(["run", "tasks"]), str(uuid4()), []
    while True:
        calls_only, reaper.end = draw.random() < SHARE_OF_CALLS, refuse if draw.random() < SHARE_OF_FULL_DISKS else die
        left = int(draw.expovariate(a_day / (past.calls if calls_only else past.steps)))
        try:
            past.day(company)
            if len(died) < most:
                reaper.arm(company.folder / "lakehouse", left, calls_only)
            in_one_run(company) if way == "run" else by_tasks(company, run_id)
        except (Death, DiskFull):
            died.append(f"{way}, {reaper.end.__name__} {reaper.dead_at}")
        else:
            return died
        finally:
            reaper.disarm()
            company.open()


@dataclass(frozen=True)
class Lived:
    """How a day ended: what anybody may rely on, as it is and as it would be without a fault, and what was left to do."""

    how: str
    state: State
    without_fault: State
    left: dict[str, Any]


def lived(make: Callable[[Path], Company], past: list[Past], reaper: Reaper, folder: Path, kills: int, a_day: float) -> Iterator[Lived]:
    """Days of companies that live and die, one seed after the other, until there were so many deaths."""
    count, seed = 0, SEED
    while count < kills:
        draw, company = random.Random(seed), make(folder / str(seed))
        for number, day in enumerate(past, 1):
            died = die_through(draw, company, reaper, day, kills - count, a_day)
            count += len(died)
            how = f"EMBERLAKE_TEST_SEED={seed}, day {number}, died at {died}"
            print(f"\n{how}", flush=True)
            yield Lived(how, state(company), day.state, company.build().accounts)
        seed += 1
    print(f"{count} deaths, seeds {SEED} to {seed - 1}")


def test_any_death_ends_in_the_same_gold(past: list[Past], reaper: Reaper, tmp_path: Path) -> None:
    for day in lived(Yard, past, reaper, tmp_path, KILLS, 4):
        assert (day.state, day.left) == (day.without_fault, {}), day.how


@wide
def test_any_death_of_the_workshop_ends_in_the_same_inventory(spark: SparkSession, reaper: Reaper, tmp_path: Path) -> None:
    past: list[Any] = list(without_fault(Works(tmp_path / "past" / "works"), (january, february), reaper))
    for day in lived(Works, past, reaper, tmp_path, KILLS // 4, 12):
        assert (day.state, day.left) == (day.without_fault, {}), day.how
