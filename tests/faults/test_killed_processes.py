"""Processes that are killed in earnest: the driver, its JVM, a worker. What ran on for a moment does no harm either."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from py4j.protocol import Py4JJavaError
from pyspark.sql import DataFrameWriter

from emberlake.runtime import sources
from faults.company import DAYS, Yard, in_one_run, state
from faults.conftest import Past
from faults.draws import KILLS, SEED, wide
from faults.processes import jvm_of, kill, victim

pytestmark = [pytest.mark.slow, wide]
PROCESSES = max(2, KILLS // 10)
FORMS = ("driver", "jvm", "step", "call")


def second_day(past: list[Past], folder: Path) -> Yard:
    """The second day has come and nothing of it is landed."""
    yard = Yard(past[0].folder).copy(folder)
    DAYS[1](yard)  # type: ignore[arg-type]
    return yard  # type: ignore[return-value]


@pytest.mark.parametrize("number", range(PROCESSES))
def test_killed_in_earnest(past: list[Past], tmp_path: Path, number: int) -> None:
    draw = random.Random(SEED + number)
    yard, form = second_day(past, tmp_path / "yard"), FORMS[number % len(FORMS)]
    if form in ("step", "call"):
        left = draw.randrange(past[1].steps if form == "step" else past[1].calls)
        with victim(yard.folder, str(left), "any" if form == "step" else "calls") as process:
            how = f"{form} {left}: {process.wait(300)}"
    else:
        with victim(yard.folder) as process:
            moment = draw.uniform(0, 12)
            time.sleep(moment)
            if process.poll() is None:
                kill(process.pid if form == "driver" else jvm_of(process))
            how = f"{form} after {moment:.1f} s: {process.wait(300)}"
    print(f"\nEMBERLAKE_TEST_SEED={SEED}, number {number}, {how}", flush=True)
    in_one_run(yard)
    assert state(yard) == past[1].state, f"EMBERLAKE_TEST_SEED={SEED}, number {number}, {how}"
    assert yard.build().accounts == {}


def test_a_worker_dies_while_it_reads(past: list[Past], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    yard = second_day(past, tmp_path / "yard")
    yard.land()

    def dying(*_: Any) -> Iterator[pa.RecordBatch]:
        os.kill(os.getpid(), signal.SIGKILL)
        yield from ()

    with monkeypatch.context() as broken:
        broken.setattr(sources, "records", dying)
        with pytest.raises(Py4JJavaError, match="Python worker exited unexpectedly"):
            yard.build()
    in_one_run(yard)
    assert state(yard) == past[1].state


def test_a_stream_outlives_its_spark(past: list[Past], tmp_path: Path) -> None:
    """The process lives, its JVM is killed: the next trigger opens another one, and goes on."""
    yard = second_day(past, tmp_path / "yard")
    with victim(yard.folder, "stream") as process:
        wait_for(lambda: taken_in(yard), process)
        kill(jvm_of(process))
        past[2].day(yard)
        before = taken_in(yard)
        wait_for(lambda: taken_in(yard) > before, process)
    in_one_run(yard)
    assert state(yard) == past[2].state


def taken_in(yard: Yard) -> int:
    """Files that triggers of a stream took in."""
    return sum(row["file_count"] for row in yard.lakehouse.books.read("trigger", status="complete"))


def wait_for(true: Callable[[], object], process: subprocess.Popen[str], seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert process.poll() is None and time.monotonic() < end, "the stream does not go on"
        time.sleep(0.2)


def test_what_a_dead_driver_left_running_writes_into_nothing(past: list[Past], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spark may outlive the process that asked it: what it still writes lies where nobody looks."""
    yard, places = second_day(past, tmp_path / "yard"), []
    original = DataFrameWriter.parquet

    def written_twice(writer: DataFrameWriter, path: str, *args: Any, **kwargs: Any) -> None:
        for place in places:
            if Path(place).parent == Path(path).parent:
                original(writer.mode("append"), place)  # the job of the dead one ends now
        places.append(path)
        original(writer, path, *args, **kwargs)

    class Gone(BaseException):
        pass

    def gone(*_: Any) -> None:
        raise Gone

    with monkeypatch.context() as broken:
        broken.setattr(DataFrameWriter, "parquet", lambda _writer, path, *_args, **_kwargs: (places.append(path), gone()))
        with pytest.raises(Gone):
            in_one_run(yard)
    assert places
    monkeypatch.setattr(DataFrameWriter, "parquet", written_twice)
    in_one_run(yard)
    assert state(yard) == past[1].state
