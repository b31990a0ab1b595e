"""The real extracts worked out a second time: the standard library alone, one order line after the other.

Written from the READMEs of the extracts, docs/real-extracts.md and formula 1.5 of the GHG Protocol Technical Guidance
(spend times factor), not from the functions that it judges. Amounts are Decimal, rounding is half-up.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

ROOT = Path(__file__).parents[2]
FACTORS = ROOT / "src" / "emberlake" / "reference" / "emission_factor" / "epa-sef-1.3.0.csv"
MAPPING = ROOT / "infra" / "real" / "mapping"

HEAD = (
    "PurchaseOrderID", "RevisionNumber", "Status", "EmployeeID", "VendorID", "ShipMethodID", "OrderDate",
    "ShipDate", "SubTotal", "TaxAmt", "Freight", "TotalDue", "ModifiedDate",
)  # fmt: skip
LINE = (
    "PurchaseOrderID", "PurchaseOrderDetailID", "DueDate", "OrderQty", "ProductID", "UnitPrice", "LineTotal",
    "ReceivedQty", "RejectedQty", "StockedQty", "ModifiedDate",
)  # fmt: skip
PRODUCT_ID, SUBCATEGORY_ID = 0, 18

Row = dict[str, str]


@dataclass(frozen=True)
class Priced:
    """An order line that counts: what it cost, and its emissions or the reason why there are none."""

    line: Row
    day: date
    spend_usd: Decimal
    spend_eur: Decimal
    kgco2e: Decimal | None
    reason: str | None


def half_up(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def fields(path: Path, separator: str = "\t", end: str = "\n") -> list[list[str]]:
    """Records of a file without header and without quotes."""
    return [record.split(separator) for record in path.read_text("utf-8").split(end) if record.strip("\n")]


def named(path: Path, columns: tuple[str, ...]) -> list[Row]:
    return [dict(zip(columns, record, strict=True)) for record in fields(path)]


def listed(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def dollars(path: Path) -> dict[date, Decimal]:
    """Dollars for one euro, by day of publication."""
    return {date.fromisoformat(row["Date"]): Decimal(row["USD"]) for row in listed(path)}


def rate_of(rates: dict[date, Decimal], day: date) -> Decimal:
    """The rate of the day, or the last one of the seven days before."""
    return next(rates[d] for d in (day - timedelta(days=back) for back in range(8)) if d in rates)


def group_of(data: Path) -> dict[str, str]:
    """Product: its subcategory, or the group assigned to it."""
    assigned = {row["material_code"]: row["material_group_code"] for row in listed(MAPPING / "assignment" / "material_group.csv")}
    own = {record[PRODUCT_ID]: record[SUBCATEGORY_ID] for record in fields(data / "adventureworks_raw_2025" / "Product.csv")}
    return {product: found for product, subcategory in own.items() if (found := subcategory or assigned.get(product, ""))}


def recompute(data: Path) -> Iterator[Priced]:
    """Lines of complete orders with their spend and emissions."""
    raw = data / "adventureworks_raw_2025"
    heads = {row["PurchaseOrderID"]: row for row in named(raw / "PurchaseOrderHeader.csv", HEAD)}
    groups, rates = group_of(data), dollars(data / "reference" / "eurofxref-hist.csv")
    industries = {row["material_group_code"]: row["activity_code"] for row in listed(MAPPING / "decision" / "factor_mapping.csv")}
    factors = {row["activity_code"]: row for row in listed(FACTORS)}
    for line in named(raw / "PurchaseOrderDetail.csv", LINE):
        head = heads[line["PurchaseOrderID"]]
        if head["Status"] != "4":
            continue
        day = date.fromisoformat(head["ShipDate"][:10])
        usd = half_up(Decimal(line["UnitPrice"]) * Decimal(line["StockedQty"]), 2)
        eur = half_up(half_up(usd / rate_of(rates, day), 13), 6)
        industry = industries.get(groups.get(line["ProductID"], ""))
        if industry is None:
            yield Priced(line, day, usd, eur, None, "no_mapping")
        elif day < date.fromisoformat(factors[industry]["valid_from_date"]):
            yield Priced(line, day, usd, eur, None, "not_yet_valid")
        else:
            yield Priced(line, day, usd, eur, half_up(usd * Decimal(factors[industry]["co2e"]), 12), None)
