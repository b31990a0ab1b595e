"""What passes between the parts that write one month of receipts: drawn columns, single records, and a dialect."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from emberlake.sample.kinds import Kind
from emberlake.sample.masters import Masters
from emberlake.sample.render import Ints


@dataclass(frozen=True)
class Amounts:
    """What one line adds to the totals: signed thousandths of its unit, signed hundredths of its currency."""

    group: str
    unit: str
    quantity: int
    currency: str
    value: int


@dataclass(frozen=True)
class Drawn:
    """Ordinary lines of a month: their fields as text, and what they add to the totals, as columns of equal length.

    `unit`, `group` and `currency` are places in `units`, `groups` and `currencies`; `breaks` counts the line breaks
    within a record.
    """

    fields: dict[str, pa.Array]
    day: Ints
    group: Ints
    unit: Ints
    quantity: Ints
    currency: Ints
    value: Ints
    breaks: Ints
    units: tuple[str, ...]
    groups: tuple[str, ...]
    currencies: tuple[str, ...]


@dataclass(frozen=True)
class Draft:
    """One ordinary line, about to be spoilt: its fields, its day of the month, what it adds to the totals."""

    fields: dict[str, str]
    day: int
    amounts: Amounts
    breaks: int = 0

    def but(self, fields: dict[str, str], amounts: Amounts | None = None) -> "Draft":
        """The line with other fields (and another share in the totals)."""
        return replace(self, fields={**self.fields, **fields}, amounts=amounts or self.amounts)


@dataclass(frozen=True)
class Record:
    """A record to be placed among the ordinary ones of a file.

    `kind` is None where the record itself is in order (the first delivery of one that comes again); `amounts` is None
    where nothing of it may arrive in silver; `pair` ties the records of one occurrence together.
    """

    text: str
    day: int
    key: str
    kind: Kind | None
    amounts: Amounts | None
    column: str = ""
    pair: str = ""
    breaks: int = 0


@dataclass(frozen=True)
class Dialect:
    """How an ERP writes its receipts, and what it would never write.

    `role` names the columns: quantity, value, unit, supplier, material, plant, currency, date and document.
    """

    source: str
    file: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    role: dict[str, str]
    required: tuple[str, ...]
    delimiter: str
    terminator: str
    encoding: str
    draw: Callable[[np.random.Generator, Masters, int, int, int, int], Drawn]
    supplier_text: Callable[[int], str]
    material_text: Callable[[int], str]
    document_text: Callable[[int, int], str]
    quantity_text: Callable[[int], str]
    impossible_dates: tuple[str, ...]
    not_a_number: str
    unknown_unit: str
    piece: str
    unknown_plants: tuple[str, ...]
    no_order: dict[str, str] = field(default_factory=dict)

    def line(self, fields: dict[str, str]) -> str:
        """The record of these fields, without its end."""
        return self.delimiter.join(fields[column] for column in self.columns)

    def key_of(self, fields: dict[str, str]) -> str:
        """The natural key of a line, such as 25030000017/2."""
        return "/".join(fields[column] for column in self.key)
