"""Masters of one ERP: its plants, suppliers and materials, drawn from the seed and growing with the root of the scale.

Suppliers and materials of one group stand side by side, so that a receipt can be drawn from ranges of numbers. The last
ones of each list are flawed on purpose; no ordinary receipt refers to them.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import isqrt

from emberlake.sample import kontor_groups, sap_groups
from emberlake.sample.group import Group
from emberlake.sample.names import invent
from emberlake.sample.seeds import generator

GROUPS = {"kontor": kontor_groups.GROUPS, "sap": sap_groups.GROUPS}
FIRST_SUPPLIER = {"kontor": 70_001, "sap": 70_012}  # 70012 and above stand in both ERPs for different companies
FIRST_MATERIAL = {"kontor": 100_001, "sap": 100_021}
MOST_SUPPLIERS, MOST_MATERIALS = 3_000, 4_000


@dataclass(frozen=True)
class Supplier:
    """A supplier of one ERP; `flaw` names the kind of defect that its master record has."""

    number: int
    name: str
    country: str
    currency: str
    town: str
    flaw: str = ""


@dataclass(frozen=True)
class Material:
    """A material of one ERP; price in 1/10,000 euro per kilogram or piece, mass of a piece in milligrams."""

    number: int
    name: str
    group: int
    price: int
    mass_mg: int | None
    flaw: str = ""


@dataclass(frozen=True, eq=False)
class Masters:
    """Masters of one ERP; the ranges give first and count of the sound suppliers and materials of each group."""

    source: str
    groups: tuple[Group, ...]
    suppliers: tuple[Supplier, ...]
    materials: tuple[Material, ...]
    supplier_range: tuple[tuple[int, int], ...]
    material_range: tuple[tuple[int, int], ...]

    def flawed_supplier(self, flaw: str) -> int:
        """Position of the supplier whose master record has this defect."""
        return next(place for place, supplier in enumerate(self.suppliers) if supplier.flaw == flaw)

    def flawed_material(self, flaw: str) -> int:
        """Position of the material whose master record has this defect."""
        return next(place for place, material in enumerate(self.materials) if material.flaw == flaw)


@lru_cache(maxsize=8)
def masters(source: str, seed: int, scale: int) -> Masters:
    """Masters of a source: about 40 suppliers and 60 materials at scale 1."""
    groups = GROUPS[source]
    supplier_range = _ranges(groups, _grown(40, scale, MOST_SUPPLIERS))
    material_range = _ranges(groups, _grown(60, scale, MOST_MATERIALS))
    return Masters(
        source,
        groups,
        _suppliers(source, seed, sum(count for _, count in supplier_range)),
        _materials(source, seed, groups, material_range),
        supplier_range,
        material_range,
    )


def _grown(count: int, scale: int, most: int) -> int:
    return min(most, isqrt(count * count * scale))


def _ranges(groups: tuple[Group, ...], count: int) -> tuple[tuple[int, int], ...]:
    ranges, first, whole = [], 0, sum(group.share for group in groups)
    for group in groups:
        size = max(2, count * group.share // whole)
        ranges.append((first, size))
        first += size
    return tuple(ranges)


def _suppliers(source: str, seed: int, count: int) -> tuple[Supplier, ...]:
    rng = generator(seed, source, "supplier")
    made = []
    for place in range(count + 1):
        name, country, town = invent(rng, source)
        flaw = "supplier_without_country" if place == count else ""
        made.append(Supplier(FIRST_SUPPLIER[source] + place, name, country.code, country.currency, town, flaw))
    return tuple(made)


def _materials(source: str, seed: int, groups: tuple[Group, ...], ranges: tuple[tuple[int, int], ...]) -> tuple[Material, ...]:
    rng = generator(seed, source, "material")
    counted = next(place for place, group in enumerate(groups) if group.is_counted)
    wanted = [(place, "") for place, (_, count) in enumerate(ranges) for _ in range(count)]
    wanted += [(counted, flaw) for flaw in ("material_without_mass", "material_with_text_mass", "material_without_group")]
    made = []
    for place, (group_place, flaw) in enumerate(wanted):
        group = groups[group_place]
        grade, size = (
            group.grades[int(rng.integers(len(group.grades)))],
            group.sizes[int(rng.integers(len(group.sizes)))],
        )
        price, mass = int(rng.integers(*group.price)), group.mass_mg and int(rng.integers(*group.mass_mg))
        name = f"{group.name} {grade} {size}"
        made.append(Material(FIRST_MATERIAL[source] + place, name, group_place, price, mass, flaw))
    return tuple(made)
