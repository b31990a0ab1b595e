"""One function per kind of bad row that concerns a single field (or what it refers to).

Each takes the dialect, the masters, an ordinary line and the number of the occurrence, and gives the spoilt line with
the name of the column to look at.
"""

from collections.abc import Callable
from dataclasses import replace

from emberlake.sample.masters import GROUPS, Masters
from emberlake.sample.record import Dialect, Draft

Spoilt = tuple[Draft, str]
NOBODY = 79_990  # supplier and material numbers from here (and ten times from here) are given to nobody


def _set(dialect: Dialect, draft: Draft, role: str, text: str) -> Spoilt:
    column = dialect.role[role]
    return draft.but({column: text}), column


def text_in_number(dialect: Dialect, _masters: Masters, draft: Draft, _number: int) -> Spoilt:
    """The quantity in words."""
    return _set(dialect, draft, "quantity", dialect.not_a_number)


def impossible_date(dialect: Dialect, _masters: Masters, draft: Draft, number: int) -> Spoilt:
    """The 31st of February and its like."""
    return _set(dialect, draft, "date", dialect.impossible_dates[number % len(dialect.impossible_dates)])


def missing_value(dialect: Dialect, _masters: Masters, draft: Draft, number: int) -> Spoilt:
    """A value that the source must give, left empty: a different column from one occurrence to the next."""
    column = dialect.required[number % len(dialect.required)]
    return draft.but({column: ""}), column


def unknown_unit(dialect: Dialect, _masters: Masters, draft: Draft, _number: int) -> Spoilt:
    """A unit that is in no unit set."""
    return _set(dialect, draft, "unit", dialect.unknown_unit)


def unknown_supplier(dialect: Dialect, masters: Masters, draft: Draft, number: int) -> Spoilt:
    """A supplier that this ERP does not know; every second one the other ERP does."""
    numbers = [one.number for one in masters.suppliers]
    wrong = _only_elsewhere(dialect.source, numbers) if number % 2 == 0 else NOBODY + number % 10
    return _set(dialect, draft, "supplier", dialect.supplier_text(wrong))


def unknown_material(dialect: Dialect, masters: Masters, draft: Draft, number: int) -> Spoilt:
    """A material that this ERP does not know; every second one the other ERP does."""
    numbers = [one.number for one in masters.materials]
    wrong = _only_elsewhere(dialect.source, numbers) if number % 2 == 0 else NOBODY * 10 + number % 10
    return _set(dialect, draft, "material", dialect.material_text(wrong))


def _only_elsewhere(source: str, numbers: list[int]) -> int:
    """The ranges of numbers of the two ERPs overlap; that of `sap` begins and ends later."""
    return max(numbers) + 1 if source == "kontor" else min(numbers) - 1


def unknown_plant(dialect: Dialect, _masters: Masters, draft: Draft, number: int) -> Spoilt:
    """A plant that this ERP does not know; every second one the other ERP does."""
    return _set(dialect, draft, "plant", dialect.unknown_plants[number % 2])


def zero_quantity(dialect: Dialect, _masters: Masters, draft: Draft, _number: int) -> Spoilt:
    """A receipt of nothing."""
    return _set(dialect, draft, "quantity", dialect.quantity_text(0))


def unknown_currency(dialect: Dialect, _masters: Masters, draft: Draft, _number: int) -> Spoilt:
    """XXX, the code of ISO 4217 for no currency."""
    return _set(dialect, draft, "currency", "XXX")


def receipt_of_quarantined_supplier(dialect: Dialect, masters: Masters, draft: Draft, _number: int) -> Spoilt:
    """A supplier whose master record has no country."""
    supplier = masters.suppliers[masters.flawed_supplier("supplier_without_country")]
    return _set(dialect, draft, "supplier", dialect.supplier_text(supplier.number))


def receipt_of_quarantined_material(dialect: Dialect, masters: Masters, draft: Draft, _number: int) -> Spoilt:
    """A material whose master record has words for its mass."""
    return _of_material(dialect, masters, draft, masters.flawed_material("material_with_text_mass"), dialect.piece)


def receipt_without_mass(dialect: Dialect, masters: Masters, draft: Draft, _number: int) -> Spoilt:
    """Pieces of a material that nobody has weighed."""
    return _of_material(dialect, masters, draft, masters.flawed_material("material_without_mass"), dialect.piece)


def receipt_without_group(dialect: Dialect, masters: Masters, draft: Draft, _number: int) -> Spoilt:
    """A material that is filed under no group."""
    place = masters.flawed_material("material_without_group")
    spoilt, column = _of_material(dialect, masters, draft, place, dialect.piece)
    return spoilt.but({}, replace(spoilt.amounts, group="")), column


def pack_without_mass(dialect: Dialect, masters: Masters, draft: Draft, number: int) -> Spoilt:
    """A pack: by turns of a group that is priced by mass and of one that is priced by spend."""
    codes = [group.code for group in GROUPS[dialect.source]]
    place = masters.material_range[codes.index("400" if number % 2 == 0 else "500")][0]
    spoilt, _ = _of_material(dialect, masters, draft, place, "Pck")
    return spoilt, dialect.role["unit"]


def storno(_dialect: Dialect, _masters: Masters, draft: Draft, _number: int) -> Spoilt:
    """A line that was reversed."""
    return draft.but({"Storno": "X"}), "Storno"


def movement_201(dialect: Dialect, _masters: Masters, draft: Draft, _number: int) -> Spoilt:
    """Goods issued to a cost centre: no supplier, no order."""
    return draft.but({"BWART": "201", "SHKZG": "H", "LIFNR": "", **dialect.no_order}), "BWART"


def _of_material(dialect: Dialect, masters: Masters, draft: Draft, place: int, unit: str) -> Spoilt:
    material = masters.materials[place]
    pieces = (abs(draft.amounts.quantity) // 1_000 % 480 + 20) * (1_000 if draft.amounts.quantity > 0 else -1_000)
    fields = {
        **dialect.no_order,
        dialect.role["quantity"]: dialect.quantity_text(pieces),
        dialect.role["material"]: dialect.material_text(material.number),
        dialect.role["unit"]: unit,
    }
    amounts = replace(draft.amounts, group=masters.groups[material.group].code, unit=unit, quantity=pieces)
    return draft.but(fields, amounts), dialect.role["material"]


SPOILT: dict[str, Callable[[Dialect, Masters, Draft, int], Spoilt]] = {
    one.__name__: one
    for one in (
        text_in_number, impossible_date, missing_value, unknown_unit, unknown_supplier, unknown_material, unknown_plant,
        zero_quantity, unknown_currency, receipt_of_quarantined_supplier, receipt_of_quarantined_material,
        receipt_without_mass, receipt_without_group, pack_without_mass, storno, movement_201,
    )
}  # fmt: skip
STAYS = frozenset({"receipt_without_mass", "receipt_without_group", "pack_without_mass"})
