"""The inventory of the second calculation: what its receipts add up to, and what share of them has a number."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal, localcontext

from support.oracle import Company, Receipt
from support.published import half_up


@dataclass
class Cell:
    """A cell of the inventory: month, method and plant."""

    kgco2e: Decimal | None = None
    activity_count: int = 0
    covered_activity_count: int = 0
    mass_kg: Decimal = Decimal(0)
    covered_mass_kg: Decimal = Decimal(0)
    spend_eur: Decimal = Decimal(0)
    covered_spend_eur: Decimal = Decimal(0)
    found: set[str] = field(default_factory=set)

    def add(self, receipt: Receipt) -> None:
        mass, spend = receipt.mass_kg or Decimal(0), receipt.spend_eur or Decimal(0)
        self.activity_count, self.mass_kg, self.spend_eur = self.activity_count + 1, self.mass_kg + mass, self.spend_eur + spend
        if receipt.reason:
            self.found.add(receipt.reason)
        if receipt.kgco2e is not None:
            self.kgco2e = (self.kgco2e or Decimal(0)) + receipt.kgco2e
            self.covered_activity_count += 1
            self.covered_mass_kg += mass
            self.covered_spend_eur += spend

    @property
    def row(self) -> dict[str, object]:
        """The numbers of the cell, with what share of rows, mass and money they cover, in per cent."""
        return {
            "kgco2e": self.kgco2e, "activity_count": self.activity_count, "covered_activity_count": self.covered_activity_count,
            "mass_kg": self.mass_kg, "covered_mass_kg": self.covered_mass_kg,
            "spend_eur": self.spend_eur, "covered_spend_eur": self.covered_spend_eur,
            "coverage_rows_pct": percent(Decimal(self.covered_activity_count), Decimal(self.activity_count)),
            "coverage_mass_pct": percent(self.covered_mass_kg, self.mass_kg),
            "coverage_spend_pct": percent(self.covered_spend_eur, self.spend_eur),
            "reasons": ", ".join(sorted(self.found)) or None,
        }  # fmt: skip


def percent(part: Decimal, whole: Decimal) -> Decimal | None:
    with localcontext(prec=60):
        return half_up(part * 100 / whole, 4) if whole else None


def inventory(company: Company) -> dict[tuple[str, str, str], dict[str, object]]:
    """(period, method, plant_id) and the numbers of the cell."""
    cells: dict[tuple[str, str, str], Cell] = defaultdict(Cell)
    for receipt in company.receipts:
        if receipt.outcome == "written" and receipt.line:
            plant = f"{receipt.source}:{receipt.line.plant}"
            cells[f"{receipt.line.posted:%Y-%m}", receipt.method or "unmapped", plant].add(receipt)
    return {key: cell.row for key, cell in cells.items()}
