"""What is published, read from the tables that ship: exchange rates, and factors in kg of each gas per base unit."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from pathlib import Path

REFERENCE = Path(__file__).parents[2] / "src" / "emberlake" / "reference"
KILOGRAMS = {"kg": Decimal(1), "t": Decimal(1000), "g": Decimal("0.001"), "lb": Decimal("0.45359237")}


def half_up(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Factor:
    """A published factor in kg CO2e of each gas per unit: kg, or the currency."""

    factor_id: str
    code: str
    place: str
    unit: str
    price_year: str
    first: date
    last: date | None
    gases: dict[str, Decimal]


def published_rates() -> dict[str, list[tuple[date, Decimal]]]:
    rates: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for row in shipped("exchange_rate"):
        if row["from_currency_code"] == "EUR":
            rates[row["to_currency_code"]].append((date.fromisoformat(row["rate_date"]), Decimal(row["rate"])))
    return rates


def published_factors(codes: set[str]) -> list[Factor]:
    """Factors for these activity codes, in kg of each gas (as CO2e) per kg or per unit of currency."""
    return [factor_of(row) for row in shipped("emission_factor") if row["activity_code"] in codes]


def factor_of(row: dict[str, str]) -> Factor:
    gases = {gas: Decimal(row[gas.lower()]) for gas in ("CO2", "CH4", "N2O") if row[gas.lower()]}
    total = Decimal(row["co2e"])
    if len(gases) < 3 or abs(sum(gases.values()) - total) > Decimal("0.00002"):
        gases = {"CO2e": total}
    per, size = ("kg", KILOGRAMS[row["per_unit"]]) if row["per_unit"] in KILOGRAMS else (row["per_unit"], Decimal(1))
    with localcontext(prec=60):
        each = {gas: half_up(value * KILOGRAMS[row["amount_unit"]] / size, 12) for gas, value in gases.items()}
    last = date.fromisoformat(row["valid_to_date"]) if row["valid_to_date"] else None
    return Factor(
        row["factor_id"], row["activity_code"], row["geography_code"], per, row["price_year"],
        date.fromisoformat(row["valid_from_date"]), last, each,
    )  # fmt: skip


def shipped(entity: str) -> Iterator[dict[str, str]]:
    for path in sorted((REFERENCE / entity).glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
