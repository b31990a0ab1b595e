"""What a contract says of a source's log is taken at its word, or refused with what is wrong with it."""

from pathlib import Path

import pytest

from emberlake.contracts.load import load
from emberlake.contracts.model import ContractError
from emberlake.runtime.log_dialect import envelope_of
from runtime.logs import DELIVERED_FILES, MOVEMENT
from runtime.shops import DEPOT

SERVER = """  path: depot/movement_*.x
  format: {form}
  customProperties:
  - {{property: organisation, value: depot}}
  - {{property: delivery, value: log}}
  - {{property: events, value: {{{events}}}}}
"""


def envelope(folder: Path, form: str, events: str) -> object:
    path = folder / MOVEMENT
    path.parent.mkdir(parents=True)
    text = (DEPOT / "schemas" / MOVEMENT).read_text("utf-8")
    assert text.count(DELIVERED_FILES) == 1
    path.write_text(text.replace(DELIVERED_FILES, SERVER.format(form=form, events=events)), "utf-8")
    contract = load(path, folder)
    return envelope_of(contract, contract.server())


FLAT, NESTED = "operation: nr, meaning: {c: upsert, d: delete}", "operation: op, meaning: {c: upsert, d: delete}, row: after, before: before"


@pytest.mark.parametrize(
    ("form", "events"),
    [
        ("json", NESTED),
        ("json", FLAT),
        ("csv", FLAT),
        ("csv", "every: upsert, in_epoch: nightly, epochs: [nightly, log]"),
        ("parquet", FLAT + ", position: [day]"),
    ],
)
def test_what_can_be(tmp_path: Path, form: str, events: str) -> None:
    assert envelope(tmp_path, form, events)


@pytest.mark.parametrize(
    ("form", "events", "fault"),
    [
        ("csv", NESTED, "are themselves the row in csv: they have no row, before"),
        ("json", FLAT + ", before: old", "where no path to a row is named: they have no before"),
        ("json", FLAT + ", each: [data]", "they have no each"),
        ("parquet", "operation: op, meaning: {c: upsert}", "which has no column op"),
        ("json", NESTED + ", position: lsn", "name position as one text"),
        ("json", NESTED + ", epoch: e", "declare epochs and not which one"),
        ("json", NESTED + ", lsn: x", "know"),
        ("json", "meaning: {c: upsert}, row: after", "need operation"),
        ("json", "operation: op, meaning: {c: written}, row: after", "explain 'c' as 'written'"),
        ("json", NESTED + ", time_unit: h", "count time in 'h'"),
        ("csv", "every: ignore", "are every one 'ignore'"),
        ("csv", FLAT + ", every: upsert", "say what every one means, and where each says it"),
        ("csv", "every: upsert, in_epoch: nightly", "declare epochs and not which one"),
        ("csv", "every: upsert, in_epoch: night, epochs: [nightly, log]", "are in the epoch 'night'"),
    ],
)
def test_what_cannot_be(tmp_path: Path, form: str, events: str, fault: str) -> None:
    with pytest.raises(ContractError, match=fault.replace("[", r"\[")):
        envelope(tmp_path, form, events)
