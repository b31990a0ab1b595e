"""What an explanation holds: plain, frozen values, from the number down to the line of the extract."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from emberlake.ask.builds import BuildStep
from emberlake.ask.kept_copy import Record
from emberlake.tables.as_of import Release

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Posting:
    """One entry of the ledger for this emission; measures of a reversal are negated. `run_id` is the run that posted it.

    Where it was planned and approved beforehand, `plan_id`, `approved_by` and `approved_because` say so.
    """

    posting_id: str
    reverses: str | None
    weight: int
    kgco2e: Decimal | None
    factor_id: str | None
    reason: str | None
    table_version: int
    run_id: str | None
    plan_id: str | None = None
    approved_by: str | None = None
    approved_because: str | None = None


@dataclass(frozen=True)
class MassStep:
    """Quantity × base_per_unit, and of pieces × the mass of one; kg, half-up at 6 digits after each step."""

    quantity: Decimal
    unit_set: str
    unit_code: str
    unit_name: str | None
    unit_expression: str | None
    dimension: str | None
    base_unit_code: str | None
    base_per_unit: Decimal | None
    base_quantity: Decimal | None
    mass_kg_per_piece: Decimal | None
    mass_kg: Decimal | None
    mass_reason: str | None
    material: Row | None
    words: str


@dataclass(frozen=True)
class Rate:
    """Units of a currency for one euro on a day, as published on this day or the last one before it."""

    rate_id: str
    currency_code: str
    rate_per_eur: Decimal
    rate_date: date
    published_date: date
    source: str | None
    source_locator: str | None


@dataclass(frozen=True)
class MoneyStep:
    """Amount ÷ rate of the day is euro, × rate of the dollar is US dollar; half-up at 6 digits."""

    net_amount: Decimal
    currency_code: str
    rate_per_eur: Decimal | None
    usd_per_eur: Decimal | None
    spend_eur: Decimal
    spend_usd: Decimal | None
    rates: tuple[Rate, ...]
    words: str


@dataclass(frozen=True)
class Rejected:
    """A factor for the same activity code that was not used."""

    factor_id: str
    activity_name: str | None
    geography_code: str | None
    release: str | None
    kgco2e_per_unit: Decimal | None
    per_unit_code: str | None
    reason: str
    words: str


@dataclass(frozen=True)
class Missing:
    """Why there is no number, and what would have to be decided."""

    reason: str
    words: str
    needed: str


@dataclass(frozen=True)
class Source:
    """The bronze row with all columns of the source, and the record that it was read from."""

    table_name: str
    row: Row
    record: Record


@dataclass(frozen=True)
class Explanation:
    """One emission of a release, with everything that its number rests on."""

    release: Release
    emission: Row
    formula: str | None
    missing: Missing | None
    history: tuple[Posting, ...]
    factor: Row | None
    why_factor: str | None
    question: Row | None
    policy: Row | None
    rejected: tuple[Rejected, ...]
    activity: Row
    mapping: Row | None
    goods_receipt: Row
    mass: MassStep
    money: MoneyStep
    source: Source
    origins: Mapping[str, str]  # mapping, policy, factor, material → extract and record that it was read from
    builds: tuple[BuildStep, ...]
    known_at: datetime

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it: decimals as texts with all their digits, dates and times in ISO 8601."""
        return dict(plain(asdict(self)))


def plain(value: Any) -> Any:
    """A value with nothing in it that JSON lacks."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(plain(item) for item in value)
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else value
