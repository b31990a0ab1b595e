"""One file among others is damaged: it is refused by name, and the others go their way."""

import json
from pathlib import Path

import pytest

from emberlake.runtime.extracts.refusal import UnreadableExtract
from emberlake.runtime.release import in_force
from faults.company import DAYS, Yard, in_one_run, state
from faults.conftest import Past
from faults.draws import wide

pytestmark = [pytest.mark.slow, wide]


@pytest.fixture
def yard(past: list[Past], tmp_path: Path) -> Yard:
    """The second day has come."""
    shop: Yard = Yard(past[0].folder).copy(tmp_path / "yard")  # type: ignore[assignment]
    DAYS[1](shop)
    return shop


@pytest.mark.parametrize("damage", ["another byte", "cut", "gone"])
def test_a_kept_copy_is_damaged_before_it_is_read(yard: Yard, past: list[Past], damage: str) -> None:
    landed = {row["table_name"]: row for row in yard.land().landed}
    kept = yard.folder / "lakehouse" / landed["bronze.yard_move"]["archive_name"]
    whole, released = kept.read_bytes(), in_force(yard.lakehouse)
    if damage == "gone":
        kept.unlink()
    else:
        kept.write_bytes(whole.replace(b"1,11", b"1,17") if damage == "another byte" else whole[:-5])
    with pytest.raises(UnreadableExtract, match=r"is the kept copy of yard/move_2.csv and is gone or was changed; restore it"):
        yard.build()
    assert in_force(yard.lakehouse) == released
    # What does not read it goes on.
    yard.build("bronze.kontor_werk", "silver.plant")
    assert ("kontor:1", "Halle Mitte", "DE") in yard.plants()
    kept.write_bytes(whole)
    in_one_run(yard)
    assert state(yard) == past[1].state


def test_an_extract_arrives_cut_in_the_middle_of_others(yard: Yard, past: list[Past]) -> None:
    path = yard.folder / "landing" / "yard" / "move_2.csv"
    whole, control = path.read_bytes(), path.with_name("move_2.csv.control.json")
    control.write_text(json.dumps({"rows": 3}))
    for cut in (whole[:40], b"\0" * 4096 + whole, b""):
        path.write_bytes(cut)
        seen = yard.land()
        assert [row["file_name"] for row in seen.refused] == ["yard/move_2.csv"]
    assert {row["file_name"] for row in yard.lakehouse.books.read("landing", status="landed")} >= {"kontor/werk_2.csv"}
    yard.build()
    assert ("kontor:1", "Halle Mitte", "DE") in yard.plants()
    path.write_bytes(whole)
    in_one_run(yard)
    found = state(yard)
    assert found == past[1].state
