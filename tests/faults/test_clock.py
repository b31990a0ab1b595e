"""A clock that goes back, or forward and back: what came later still counts as later, and is published."""

import random
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from emberlake.runtime import settings
from faults.company import Yard, in_one_run, state
from faults.conftest import Past
from faults.draws import SEED, wide

pytestmark = pytest.mark.slow
MIDNIGHT = timedelta(hours=24)


def set_clock(monkeypatch: pytest.MonkeyPatch, clock: Callable[[], datetime]) -> None:
    """Every module asks this clock from now on."""
    asked = [module for name, module in sys.modules.items() if name.startswith("emberlake.") and vars(module).get("now") is settings.now]
    for module in asked:
        monkeypatch.setattr(module, "now", clock)
    assert len(asked) > 2


@wide
def test_the_clock_jumps_at_every_look(past: list[Past], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each day it is set back or forward, and between two looks it trembles by a minute."""
    draw, yard, off = random.Random(SEED), Yard(tmp_path / "yard"), timedelta()
    set_clock(monkeypatch, lambda: datetime.now(UTC) + off + timedelta(seconds=draw.uniform(-60, 60)))
    jumps = [timedelta(), -MIDNIGHT, MIDNIGHT * draw.random(), -MIDNIGHT * 30]
    for expected, jump in zip(past, jumps, strict=False):
        off += jump
        yard.open()  # another process
        expected.day(yard)
        in_one_run(yard)
        assert state(yard) == expected.state, f"EMBERLAKE_TEST_SEED={SEED}"
        yard.open()
        assert yard.build().accounts == {}, f"EMBERLAKE_TEST_SEED={SEED}: there is nothing left to do"
        assert state(yard) == expected.state, "a run that did nothing published something else"
