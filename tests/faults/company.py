"""A yard and its plants over four days: small enough to be killed hundreds of times, with every kind of table, delivery and change.

New rows, a corrected master, a fix by hand, a row that moves to another month, a plant that is gone, and the same bytes twice.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol
from uuid import uuid4

import emberlake.gold
import emberlake.silver
from emberlake.errors import EmberlakeError
from emberlake.runtime.fixes import fix
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.landing import Landing
from emberlake.runtime.ledger import POSTING
from emberlake.runtime.release import in_force
from emberlake.runtime.run import Run
from emberlake.runtime.store import actions
from runtime.shops import SCHEMAS, Shop

YARD = Path(__file__).parent / "yard"
OWN = (
    "bronze/yard/move.odcs.yaml", "silver/move/contract.odcs.yaml", "silver/move/yard.feed.yaml", "gold/posting.odcs.yaml", "gold/stock.odcs.yaml",
)  # fmt: skip
HEAD = "nr,day,plant,pieces"
State = dict[str, Any]
Day = Callable[[Any], None]


class Company(Protocol):
    """What lives through days: the yard, or the workshop with all tables that ship."""

    TABLES: ClassVar[tuple[str, ...]]
    folder: Path
    lakehouse: Lakehouse

    def open(self) -> None: ...
    def land(self) -> Landing: ...
    def build(self, *tables: str, **choice: object) -> Run: ...
    def rows(self, table: str, version: int | None = None) -> list[dict[str, Any]]: ...


def find_functions() -> None:
    """From now on the runner finds the functions of the yard."""
    for layer, package in (("silver", emberlake.silver), ("gold", emberlake.gold)):
        place = str(YARD / "functions" / layer)
        if place not in package.__path__:
            package.__path__.append(place)


@dataclass
class Yard(Shop):
    """Works of kontor in full deliveries, moves of the yard in increments; silver, a ledger, and cells of it."""

    FILES: ClassVar[tuple[str, ...]] = ("bronze/kontor/werk.odcs.yaml", "silver/plant/contract.odcs.yaml", "silver/plant/kontor.feed.yaml")
    TABLES: ClassVar[tuple[str, ...]] = ("bronze.kontor_werk", "bronze.yard_move", "silver.plant", "silver.move", "gold.posting", "gold.stock")

    def __post_init__(self) -> None:
        find_functions()
        for name in OWN:
            place = self.contracts / name
            if not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(YARD / "schemas" / name, place)
        for name in (*self.FILES, *(str(p.relative_to(SCHEMAS)) for p in (SCHEMAS / "audit").iterdir())):
            (self.contracts / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(SCHEMAS / name, self.contracts / name)
        self.open()

    def moves(self, name: str, *lines: str) -> None:
        self.deliver(f"yard/move_{name}.csv", "\n".join([HEAD, *lines]) + "\n", "utf-8")


def first(yard: Yard) -> None:
    yard.works("1", "1;Halle Süd;DE", "2;Halle Nord;Deutschland", "3;Halle West;AT")
    yard.moves("1", "A,2025-01-05,1,10", "B,2025-01-09,1,20.5", "C,2025-02-06,2,5", "D,2025-02-07,1,x", "G,2025-02-07,3,7")


def second(yard: Yard) -> None:
    """The master comes whole; a move comes again, one is new, one goes to a plant that nobody knows."""
    yard.works("2", "1;Halle Mitte;DE", "2;Halle Nord;DE", "3;Halle West;AT")
    yard.moves("2", "A,2025-01-05,1,11", "E,2025-02-09,2,1", "F,2025-02-09,9,4")


def third(yard: Yard) -> None:
    """A damaged row is mended by hand, and a move turns out to be one of another month."""
    rows = yard.lakehouse.books.read("landing", table_name="bronze.yard_move", file_name="yard/move_1.csv")
    try:
        fix(yard.lakehouse, f"{rows[0]['file_hash']}:4", {"pieces": "3"}, "B. Lager", "counted again")
    except EmberlakeError as error:
        if "corrected already" not in str(error):
            raise
    yard.moves("3", "B,2025-02-01,1,20.5")


def fourth(yard: Yard) -> None:
    """A plant is gone, the plant that a move waited for comes, and a list comes again under another name."""
    yard.works("4", "1;Halle Mitte;DE", "2;Halle Nord;DE", "9;Halle Ost;PL")
    yard.moves("4_again", "A,2025-01-05,1,11", "E,2025-02-09,2,1", "F,2025-02-09,9,4")


DAYS: tuple[Day, ...] = (first, second, third, fourth)


def in_one_run(yard: Company) -> None:
    yard.land()
    yard.build()


def by_tasks(yard: Company, run_id: str | None = None, times: int = 1) -> None:
    """As a scheduler does it: each table is a task, the release is the last one, and all of them bear the id of one run."""
    same = run_id or str(uuid4())
    for _ in range(times):
        yard.land()
    for table in yard.TABLES:
        for _ in range(times):
            yard.build(table, publish=False, run_id=same)
    for _ in range(times):
        yard.build(build=False, run_id=same)


def state(shop: Company) -> State:
    """What anybody may rely on: rows of all tables by what they say, net of ledgers, open quarantine, control totals, and what is published."""
    store, books, found = shop.lakehouse.store, shop.lakehouse.books, {}
    released = in_force(shop.lakehouse)
    for table in shop.TABLES:
        contract, rows = shop.lakehouse.contract(table), shop.rows(table)
        if contract.write.mode == "ledger":
            taken_back = {row["reverses"] for row in rows}
            standing = [row for row in rows if row["weight"] == 1 and row["posting_id"] not in taken_back]
            for name in (c.name for c in contract.columns if c.measure):
                assert total(rows, name) == total(standing, name), f"{table}: the sum over all postings is not that of what stands"
            assert len({row["posting_id"] for row in rows}) == len(rows), f"{table}: a posting stands twice"
            rows = standing
        columns = [c for c in (*contract.key, *contract.content) if c not in POSTING] if contract.layer != "bronze" else ["_source_row_id"]
        found[table] = sorted(tuple(str(row[c]) for c in columns) for row in rows)
        assert released[table] == store.version(table), f"{table}: released is version {released[table]}, {store.version(table)} stands"
        for feed in contract.feeds:
            last = books.last_commit(table, feed.name)
            found[f"controls of {feed.job}"] = json.loads(last["controls"]) if last else None
    open_rows = [(row["table_name"], row["feed"], row["row_id"], row["rule_id"]) for row in books.read("quarantine")]
    landed = [(row["table_name"], row["file_hash"]) for row in books.read("landing", status="landed")]
    assert len(set(landed)) == len(landed), "a file is entered as landed twice"
    assert_published(shop, released)
    return found | {"quarantine": sorted(open_rows), "landed": sorted(landed)}


def assert_published(shop: Company, released: dict[str, int]) -> None:
    """`published/` is the release in force, with every file of it."""
    folder = shop.lakehouse.settings.lakehouse / "published"
    assert folder.resolve().name == shop.lakehouse.books.releases()[-1]["release_id"]
    for table in (t for t in shop.TABLES if not t.startswith("bronze")):
        place = folder / table.replace(".", "/")
        names = actions(shop.lakehouse.store.handle(table, released[table])).column("path").to_pylist()
        assert (place / "_delta_log").is_dir() and all((place / name).is_file() for name in names), f"{table} is not published whole"


def total(rows: list[dict[str, Any]], column: str) -> Any:
    return sum(row[column] for row in rows if row[column] is not None)
