"""A throw-away lakehouse shares the bytes of another one, and whatever is written in it leaves these as they are."""

from pathlib import Path

from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.settings import Settings, now
from emberlake.runtime.throw_away import throw_away
from runtime.shops import hashes

FEW = 3


def enter(house: Lakehouse, count: int) -> None:
    """Entries in a book, and a checkpoint of its log: the file that names the newest one is the only one that is ever written anew."""
    for number in range(count):
        house.books.write("run", [{"run_id": str(number), "selection": "all tables", "started_at": now(), "finished_at": now(), "status": "complete"}])
    house.store.handle("audit.run").create_checkpoint()


def test_not_even_a_checkpoint_reaches_the_lakehouse(tmp_path: Path) -> None:
    house = Lakehouse(Settings(tmp_path / "lakehouse", tmp_path / "landing", approval=("required",)))
    enter(house, FEW)
    (house.landed_folder / "kontor").mkdir(parents=True)
    (house.landed_folder / "kontor" / "werk.csv").write_text("1")
    before = dict(hashes(house.settings.lakehouse))
    pointer = Path("audit", "run", "_delta_log", "_last_checkpoint")
    with throw_away(house) as copy:
        own = copy.settings.lakehouse
        assert (own / pointer).stat().st_ino == (house.settings.lakehouse / pointer).stat().st_ino, "a hard link, and no copy"
        assert len(copy.books.read("run")) == FEW and (copy.landed_folder / "kontor" / "werk.csv").read_text() == "1"
        assert copy.settings.approval == () and copy.settings.landing == house.settings.landing
        enter(copy, FEW)
        assert (own / pointer).read_bytes() != (house.settings.lakehouse / pointer).read_bytes()
    assert not own.exists() and dict(hashes(house.settings.lakehouse)) == before
    assert len(house.books.read("run")) == FEW
