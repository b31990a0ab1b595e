"""A mill whose deliveries come in parts and whose emissions can be reckoned in the head, and what another writer does to its tables."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

from deltalake import DeltaTable

from emberlake.runtime.reconciliation.reconcile import Reconciliation, reconcile
from emberlake.runtime.reconciliation.window import Window
from runtime.shops import Shop

MILL = Path(__file__).parent / "mill"
FACTORS = ("wheat,0.5", "rye,0.25", "oats,2", "barley,1")
DELIVERIES = (
    "A,2,2025-01-05,wheat,100",
    "B,1,2025-01-06,rye,200",
    "C,1,2025-01-07,oats,10",
    "D,1,2025-02-03,wheat,40",
    "E,1,2025-02-04,rye,80",
    "H,1,2025-03-01,rye,8",
    "K,1,2025-01-09,barley,4",
)
Told = tuple[str, str, str, str, Decimal | None]  # table, key, change, cause, kgCO2e


@dataclass
class Mill(Shop):
    """Deliveries in bronze, merged silver, posted gold, and months; factors are delivered in full."""

    SOURCE: ClassVar[Path] = MILL / "schemas"
    FILES: ClassVar[tuple[str, ...]] = tuple(path.relative_to(MILL / "schemas").as_posix() for path in sorted((MILL / "schemas").rglob("*.yaml")))
    TABLES: ClassVar[tuple[str, ...]] = (
        "bronze.mill_delivery", "bronze.mill_factor", "silver.grain", "silver.grain_factor", "gold.flour", "gold.flour_month",
    )  # fmt: skip

    def receive(self, name: str, *lines: str) -> None:
        """A list of deliveries `nr,revision,day,material,kg`, landed and not yet built."""
        self.bring(f"mill/delivery_{name}.csv", "nr,revision,day,material,kg", *lines)

    def price(self, name: str, *lines: str) -> None:
        """All factors `material,kgco2e_per_kg`, landed and not yet built."""
        self.bring(f"mill/factor_{name}.csv", "material,kgco2e_per_kg", *lines)

    def bring(self, name: str, *lines: str) -> None:
        self.deliver(name, "\n".join(lines) + "\n", "utf-8")
        assert self.land().refused == ()

    def table(self, name: str) -> DeltaTable:
        """A table as another writer opens it."""
        return DeltaTable(str(self.lakehouse.store.path(name)))

    def reconcile(self, *months: str, repairs: bool = True) -> Reconciliation:
        return reconcile(self.lakehouse, Window(months), repairs)

    def versions(self) -> dict[str, int]:
        return {name: self.lakehouse.store.version(name) for name in (*self.TABLES, "audit.release")}

    def content(self, table: str) -> list[tuple[object, ...]]:
        """What stands, net, without technical columns."""
        rows = self.rows(table)
        taken_back = {row.get("reverses") for row in rows} - {None}
        columns = [c.name for c in self.lakehouse.contract(table).columns if not c.technical and c.name not in ("posting_id", "reverses", "weight")]
        return sorted(tuple(row[c] for c in columns) for row in rows if row.get("weight", 1) == 1 and row.get("posting_id") not in taken_back)  # type: ignore[type-var]

    def total(self, table: str = "gold.flour") -> Decimal:
        """The plain sum of emissions, as any reader takes it."""
        return sum((row["kgco2e"] for row in self.rows(table) if row["kgco2e"] is not None), Decimal(0))  # type: ignore[misc]


def told(done: Reconciliation) -> set[Told]:
    return {(f.table, f.row_key, f.change, f.cause, f.kgco2e_difference) for f in done.findings}
