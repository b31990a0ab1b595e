"""Small lakehouses whose contracts are copies, so that a test may change them: plants of one ERP, and a depot with tables of its own."""

import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.run import Run
from emberlake.runtime.settings import Settings
from support.workshop import Workshop

SCHEMAS = Path(__file__).parents[2] / "schemas"
DEPOT = Path(__file__).parent / "depot"
WORKS = "WerkNr;Bezeichnung;Land"
WERK, PLANT = "bronze/kontor/werk.odcs.yaml", "silver/plant/contract.odcs.yaml"
# A column that kontor might add to its list of works, as the bronze contract would say it.
TOWN = """  - name: ort
    physicalName: Ort
    logicalType: string
    physicalType: string
    description: Town
"""
END_OF_WERK = "  customProperties:\n  - {property: write, value: {mode: append}}"
Movement = tuple[str, str, Decimal]


@dataclass
class Shop(Workshop):
    """Works and plants of kontor, and its suppliers as a table that has nothing to do with them."""

    SOURCE: ClassVar[Path] = SCHEMAS
    FILES: ClassVar[tuple[str, ...]] = (WERK, PLANT, "silver/plant/kontor.feed.yaml", "bronze/kontor/lieferant.odcs.yaml")
    TABLES: ClassVar[tuple[str, ...]] = ("bronze.kontor_werk", "silver.plant")
    edition: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if not self.contracts.exists():
            shutil.copytree(SCHEMAS / "audit", self.contracts / "audit")
            for name in self.FILES:
                (self.contracts / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(self.SOURCE / name, self.contracts / name)
        self.open()

    @property
    def contracts(self) -> Path:
        return self.folder / f"contracts-{self.edition}"

    def open(self) -> None:
        """Open the lakehouse anew, with the contracts as they stand."""
        self.lakehouse = Lakehouse(Settings(self.folder / "lakehouse", self.folder / "landing", schemas=self.contracts))

    def change(self, name: str, old: str, new: str) -> None:
        """Write another edition of the contracts, with one text in one file replaced, and open the lakehouse with it."""
        before = self.contracts
        self.edition += 1
        shutil.copytree(before, self.contracts)
        text = (self.contracts / name).read_text("utf-8")
        assert text.count(old) == 1, f"{name} holds {text.count(old)} times {old!r}"
        (self.contracts / name).write_text(text.replace(old, new), "utf-8")
        self.open()

    def copy(self, folder: Path) -> "Shop":
        """The same shop elsewhere, for a test that changes it."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return type(self)(folder)

    def works(self, name: str, *lines: str, head: str = WORKS) -> Path:
        """A list of works, delivered and not yet landed."""
        return self.deliver(f"kontor/werk_{name}.csv", "\n".join([head, *lines]) + "\n")

    def build(self, *tables: str, **choice: object) -> Run:
        return self.run(*(tables or self.TABLES), **choice)

    def plants(self) -> list[tuple[object, ...]]:
        return sorted((row["plant_id"], row["plant_name"], row["country_code"]) for row in self.rows("silver.plant"))  # type: ignore[type-var]

    def files(self, *besides: str) -> dict[str, str]:
        """Every file of the lakehouse by its content; those below `besides` are left out."""
        return dict(hashes(self.folder / "lakehouse", besides))


@dataclass
class Depot(Shop):
    """Movements of a depot by month: bronze, merged silver, posted gold. No other tables."""

    SOURCE: ClassVar[Path] = DEPOT / "schemas"
    FILES: ClassVar[tuple[str, ...]] = (
        "bronze/depot/movement.odcs.yaml", "silver/movement/contract.odcs.yaml", "silver/movement/depot.feed.yaml", "gold/stock_change.odcs.yaml",
    )  # fmt: skip
    TABLES: ClassVar[tuple[str, ...]] = ("bronze.depot_movement", "silver.movement", "gold.stock_change")

    def receive(self, name: str, *lines: str) -> None:
        """A list of movements `number,day,pieces`, delivered and landed."""
        self.deliver(f"depot/movement_{name}.csv", "\n".join(["nr,day,pieces", *lines]) + "\n", "utf-8")
        assert self.land().refused == ()

    def movements(self) -> list[Movement]:
        """What silver says of each movement."""
        return sorted(map(movement, self.rows("silver.movement")))

    def net(self) -> list[Movement]:
        """What the ledger says of each movement once every reversal is taken off."""
        rows = self.rows("gold.stock_change")
        taken_back = {row["reverses"] for row in rows}
        return sorted(movement(row) for row in rows if row["weight"] == 1 and row["posting_id"] not in taken_back)

    def total(self) -> Decimal:
        """The plain sum over all postings, as any reader takes it."""
        return sum((movement(row)[2] for row in self.rows("gold.stock_change")), Decimal(0))


def movement(row: dict[str, object]) -> Movement:
    return str(row["movement_id"]), str(row["period"]), Decimal(str(row["piece_count"]))


def hashes(folder: Path, besides: tuple[str, ...] = ()) -> Iterable[tuple[str, str]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith(besides):
            yield name, hashlib.sha256(path.read_bytes()).hexdigest()
