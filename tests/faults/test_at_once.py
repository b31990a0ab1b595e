"""A stream and a nightly run share the tables: one of them is refused and comes again, and neither overwrites the other."""

import time
from pathlib import Path

import pytest

from emberlake.runtime import gate
from emberlake.runtime.locks import Busy
from emberlake.runtime.reconciliation.reconcile import reconcile
from emberlake.runtime.reconciliation.window import Window
from emberlake.runtime.release import in_force
from faults.company import DAYS, Yard, in_one_run, state
from faults.conftest import Past
from faults.draws import wide
from faults.processes import victim

pytestmark = [pytest.mark.slow, wide]


def patiently(yard: Yard) -> int:
    """Land and run; how often somebody else was at it."""
    for refused in range(600):
        try:
            in_one_run(yard)
        except Busy:
            time.sleep(0.1)
        else:
            return refused
    raise AssertionError("the tables were never free")


def test_stream_and_nightly_run(past: list[Past], tmp_path: Path) -> None:
    yard: Yard = Yard(past[0].folder).copy(tmp_path / "yard")  # type: ignore[assignment]
    refused = 0
    with victim(yard.folder, "stream"):
        for day in DAYS[1:]:
            day(yard)
            time.sleep(1)
            refused += patiently(yard)
            assert yard.lakehouse.books.read("landing", kind="extract")
    failed = [row["message"] for row in yard.lakehouse.books.read("trigger", status="failed")]
    assert refused or failed, "they never met"
    assert all("another process" in message or "another run" in message for message in failed)
    in_one_run(yard)
    assert state(yard) == past[-1].state


def test_stream_and_reconciliation(past: list[Past], tmp_path: Path) -> None:
    """A window is proven and repaired while a stream goes on."""
    yard: Yard = Yard(past[0].folder).copy(tmp_path / "yard")  # type: ignore[assignment]
    with victim(yard.folder, "stream"):
        for day in DAYS[1:]:
            day(yard)
            time.sleep(1)
            reconcile(yard.lakehouse, Window())
    failed = [row["message"] for row in yard.lakehouse.books.read("trigger", status="failed")]
    assert all("another process" in message or "another run" in message for message in failed)
    in_one_run(yard)
    assert state(yard) == past[-1].state
    assert reconcile(yard.lakehouse, Window()).findings == ()


def test_what_another_run_builds_meanwhile_waits_for_its_own_verdict(past: list[Past], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run publishes the versions that it judged, not those that stand by the time it is through."""
    yard: Yard = Yard(past[0].folder).copy(tmp_path / "yard")  # type: ignore[assignment]
    released, original = in_force(yard.lakehouse), gate.validate
    yard.works("2", "1;Halle Mitte;DE", "2;Halle Nord;DE", "3;Halle West;AT")
    yard.moves("2", "A,2025-01-05,1,11")
    yard.land()
    yard.build("bronze.yard_move", publish=False)

    def meanwhile(*args: object) -> object:
        monkeypatch.setattr(gate, "validate", original)
        other = Yard(yard.folder)
        other.build("bronze.kontor_werk", "silver.plant", publish=False)
        return original(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(gate, "validate", meanwhile)
    yard.build("silver.move", "gold.posting", "gold.stock")
    assert in_force(yard.lakehouse)["silver.plant"] == released["silver.plant"] < yard.lakehouse.store.version("silver.plant")
    assert in_force(yard.lakehouse)["silver.move"] > released["silver.move"]
