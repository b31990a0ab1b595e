"""The kinds of bad row: what each is, how often it occurs at scale 1, and what must happen to it.

A kind is found in the manifest under its name. Its number grows with the root of the scale.
"""

from dataclasses import dataclass
from math import isqrt
from typing import Literal

from emberlake.sample.seeds import generator

Severity = Literal["quarantine", "exclude", "merge", "warn"]
BOTH = ("kontor", "sap")


@dataclass(frozen=True)
class Kind:
    """One kind of bad row: occurrences at scale 1 in each source, severity, and the rule or reason expected."""

    name: str
    count: int
    severity: Severity
    rule: str
    expected: str
    sources: tuple[str, ...] = BOTH
    months: tuple[int, ...] = tuple(range(1, 13))


NOT_LAST = tuple(range(1, 12))
RECEIPT_KINDS = (
    Kind("text_in_number", 3, "quarantine", "bronze: cast", "the quantity is words, not a number"),
    Kind("impossible_date", 3, "quarantine", "bronze: cast",
         "the posting date is in no calendar", months=(2, 4, 6, 9, 11)),
    Kind("too_many_fields", 2, "quarantine", "bronze: fields", "the record has one field more than the header"),
    Kind("too_few_fields", 2, "quarantine", "bronze: fields", "the record ends before its last fields"),
    Kind("missing_value", 5, "quarantine", "bronze: required", "a value that the source must give is empty"),
    Kind("unknown_unit", 3, "quarantine", "EMB-GR-004", "the unit is in no unit set of the system"),
    Kind("unknown_supplier", 4, "quarantine", "EMB-GR-002",
         "no such supplier in this ERP; every second number is one of the other ERP"),
    Kind("unknown_material", 4, "quarantine", "EMB-GR-003",
         "no such material in this ERP; every second number is one of the other ERP"),
    Kind("unknown_plant", 2, "quarantine", "EMB-GR-001",
         "no such plant in this ERP; every second code is one of the other ERP"),
    Kind("zero_quantity", 3, "quarantine", "EMB-GR-006", "a receipt of nothing"),
    Kind("unknown_currency", 2, "quarantine", "EMB-GR-005", "no rate is published for XXX"),
    Kind("receipt_of_quarantined_supplier", 1, "quarantine", "EMB-GR-002",
         "its supplier's own record is in quarantine"),
    Kind("receipt_of_quarantined_material", 1, "quarantine", "EMB-GR-003",
         "its material's own record is in quarantine"),
    Kind("receipt_without_mass", 2, "warn", "no_mass",
         "pieces of an unweighed material: stays, mass empty; no_mass where the group needs mass"),
    Kind("receipt_without_group", 1, "warn", "no_mapping",
         "its material is in no group: stays, and cannot be priced"),
    Kind("redelivered_same", 4, "merge", "write: merge",
         "the line came already last month, word for word; one row remains", months=NOT_LAST),
    Kind("redelivered_changed", 3, "merge", "write: merge",
         "the line came last month with another quantity; this one wins", months=NOT_LAST),
    Kind("storno", 6, "exclude", "reversed", "the line is marked as reversed", ("kontor",)),
    Kind("pack_without_mass", 4, "warn", "no_mass",
         "a pack has no mass: stays, mass empty; no_mass where the group needs mass", ("kontor",)),
    Kind("reversal", 3, "exclude", "reversed",
         "receipt and its reversal cancel each other: neither stays", ("sap",), NOT_LAST),
    Kind("movement_201", 5, "exclude", "not from a supplier",
         "goods issued to a cost centre are no purchase", ("sap",)),
)  # fmt: skip

SUPPLIER_KINDS = (
    Kind("supplier_without_country", 1, "quarantine", "silver.supplier: required",
         "the country of the supplier is empty"),
    Kind("supplier_twice", 1, "merge", "write: merge", "the same supplier twice, word for word; one row remains"),
)  # fmt: skip
MATERIAL_KINDS = (
    Kind("material_with_text_mass", 1, "quarantine", "bronze: cast", "the mass is words, not a number"),
    Kind("material_without_mass", 1, "warn", "no_mass",
         "kept in pieces, and nobody has weighed one: stays, mass empty"),
    Kind("material_without_group", 1, "warn", "no_mapping", "the material is in no group: stays, group empty"),
)  # fmt: skip
KINDS = {kind.name: kind for kind in RECEIPT_KINDS + SUPPLIER_KINDS + MATERIAL_KINDS}


@dataclass(frozen=True)
class Occurrence:
    """The how-many-eth defect of a kind, and the month of the file that it stands in (for pairs: begins in)."""

    kind: Kind
    number: int
    month: int


def planned(source: str, seed: int, scale: int) -> list[Occurrence]:
    """Every defect among the receipts of a source."""
    rng = generator(seed, source, "plan")
    plan = []
    for kind in RECEIPT_KINDS:
        if source in kind.sources:
            months = [kind.months[int(place)] for place in rng.permutation(len(kind.months))]
            count = kind.count * isqrt(scale)
            plan += [Occurrence(kind, number, months[number % len(months)]) for number in range(count)]
    return plan
