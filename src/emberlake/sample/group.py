"""What a material group is, and how its goods are measured and priced."""

from dataclasses import dataclass
from typing import Literal

Method = Literal["average-data", "spend-based"]


@dataclass(frozen=True)
class UnitUse:
    """A unit in which lines of a group are posted: its code and the range of quantities in thousandths of it."""

    code: str
    least: int
    most: int


@dataclass(frozen=True)
class Decision:
    """How the organisation prices a group: the method, the activity code of the factor, and why that factor."""

    method: Method
    activity_code: str
    label: str


@dataclass(frozen=True)
class Group:
    """One material group of an ERP.

    `share` is the weight of the group among receipts, `price` the range of prices in 1/10,000 euro per base unit,
    `mass_mg` the range of masses of one piece in milligrams (None where stock is kept in kilograms), `first_unit` how
    many of 100 lines are posted in the first unit. A group without a decision is one nobody has mapped to a factor.
    """

    code: str
    name: str
    share: int
    price: tuple[int, int]
    mass_mg: tuple[int, int] | None
    units: tuple[UnitUse, UnitUse]
    first_unit: int
    grades: tuple[str, ...]
    sizes: tuple[str, ...]
    decision: Decision | None

    @property
    def is_counted(self) -> bool:
        """Whether stock is kept in pieces, not in kilograms."""
        return self.mass_mg is not None
