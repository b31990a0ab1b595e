"""What a reconciliation found: a key that does not stand as it ought to."""

from dataclasses import dataclass
from decimal import Decimal

from emberlake.carbon.sums import exact_difference


@dataclass(frozen=True)
class Finding:
    """A key that differs; its emissions in kgCO2e as they stood and as they ought to stand, None where there is no number."""

    table: str
    row_key: str
    period: str | None
    change: str
    cause: str
    kgco2e_before: Decimal | None = None
    kgco2e_after: Decimal | None = None

    @property
    def kgco2e_difference(self) -> Decimal | None:
        """What the repair adds to the total of the table, to which a row without a number adds nothing; None where neither has one."""
        return exact_difference(self.kgco2e_after, self.kgco2e_before)
