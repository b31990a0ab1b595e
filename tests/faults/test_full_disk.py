"""A disk that is full: the run says so, publishes nothing, and goes on when there is room again."""

import json
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from emberlake.runtime.disk import DiskFull
from emberlake.runtime.release import in_force
from faults.company import DAYS, Yard, in_one_run, state
from faults.conftest import Past
from faults.draws import KILLS, SEED, wide

pytestmark = [pytest.mark.slow, wide]
DISK_KB = 16 * 1024
DRAWS = max(3, KILLS // 20)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_KB}k", "tmpfs", place], capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no file system may be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def fill(disk: Path, free: int) -> Path:
    """A file that leaves so many bytes of a disk."""
    ballast = disk / "ballast"
    with ballast.open("wb") as stream:
        while (room := shutil.disk_usage(disk).free - free) > 0:
            stream.write(b"x" * min(room, 1 << 16))
            stream.flush()
    return ballast


def test_the_run_goes_on_where_it_stopped(past: list[Past], disk: Path) -> None:
    draw = random.Random(SEED)
    yard: Yard = Yard(past[0].folder).copy(disk / "yard")  # type: ignore[assignment]
    before = in_force(yard.lakehouse)
    DAYS[1](yard)
    for number in range(DRAWS):
        ballast = fill(disk, 0 if number == 0 else draw.randrange(300_000))
        try:
            in_one_run(yard)
        except DiskFull as error:
            assert "is full" in str(error) and str(yard.lakehouse.settings.lakehouse) in str(error)
            print(f"\nEMBERLAKE_TEST_SEED={SEED}, draw {number}: {error.__cause__!r:.200}", flush=True)
            assert in_force(yard.lakehouse) == before
        else:
            assert number > 0, "there was room on a full disk"
        ballast.unlink()
        yard.open()
    in_one_run(yard)
    assert state(yard) == past[1].state
    assert yard.build().accounts == {}
    lines = (yard.folder / "lakehouse" / "lineage" / "events.jsonl").read_text("utf-8").splitlines()
    assert sum(is_json(line) for line in lines) >= len(lines) - DRAWS, "a line that was cut short spoils the ones after it"


def is_json(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False
