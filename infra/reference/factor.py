"""What a shipped factor is made of; each publisher's module turns one row of the facts into a factor or a reason."""

import re
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

Row = dict[str, str]


@dataclass(frozen=True)
class Factor:
    """One row of a shipped file; the fields are its columns. An empty text means that there is no value.

    ``co2e`` is the total and ``co2``, ``ch4``, ``n2o`` the publisher's split of it, all in ``amount_unit`` of CO2e per
    ``per_unit``. ``release`` names the edition and the file.
    """

    factor_id: str
    activity_code: str
    activity_name: str
    geography_code: str
    boundary: str
    published_value: str
    published_unit: str
    amount_unit: str
    per_unit: str
    per_unit_qualifier: str
    price_year: str
    co2e: str
    co2: str
    ch4: str
    n2o: str
    gwp_set: str
    data_year: str
    valid_from_date: str
    valid_to_date: str
    published_date: str
    release: str
    source: str
    source_locator: str
    licence: str

    def row(self) -> Row:
        """The row as written."""
        return {column: str(value) for column, value in asdict(self).items()}


@dataclass(frozen=True)
class LeftOut:
    """Why a row of the facts is not shipped."""

    reason: str


def slug(text: str) -> str:
    """Lower case, every run of other characters than letters and digits one hyphen."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def plain(number: str) -> str:
    """The number without exponent; binary noise beyond the twelfth decimal place is rounded half-up."""
    if not number:
        return ""
    value = Decimal(number)
    if value.as_tuple().exponent < -12:  # type: ignore[operator]
        value = value.quantize(Decimal("1e-12"), rounding=ROUND_HALF_UP, context=Context(prec=60))
        value = value.normalize()
    return format(value, "f")
