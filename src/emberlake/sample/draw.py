"""Ordinary receipts as whole columns: who delivered what, how much and for how much money.

Everything is whole numbers: quantities in thousandths of their unit, values in hundredths of their currency.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from emberlake.sample.masters import Masters
from emberlake.sample.render import Ints

# What prices of the sample are made with, in 1/10,000 per euro; emissions are priced with published rates.
RATES = {"EUR": 10_000, "CHF": 9_400, "PLN": 42_500, "USD": 10_900, "GBP": 8_500}
UNITS = {"kontor": ("kg", "t", "Stk", "Tsd"), "sap": ("KG", "TO", "G", "ST", "TS")}
BASE_OF_UNIT = {  # kilograms or pieces in a thousand of the unit
    "kg": 1_000, "t": 1_000_000, "Stk": 1_000, "Tsd": 1_000_000,
    "KG": 1_000, "TO": 1_000_000, "G": 1, "ST": 1_000, "TS": 1_000_000,
}  # fmt: skip
WHOLE_UNITS = frozenset({"Stk", "ST"})


@dataclass(frozen=True)
class Documents:
    """For each line: which document (from 0) it belongs to and its position in it (from 1)."""

    of_line: Ints
    position: Ints
    count: int


@dataclass(frozen=True)
class Goods:
    """For each line: unit (place in UNITS), quantity in thousandths, value in hundredths of a euro."""

    unit: Ints
    quantity: Ints
    value_eur: Ints


@dataclass(frozen=True)
class GroupColumns:
    """The groups of an ERP as columns, one value per group (and per first and second unit)."""

    chance: np.ndarray[tuple[int], np.dtype[np.float64]]
    suppliers: Ints
    materials: Ints
    unit: Ints
    least: Ints
    most: Ints
    first_unit: Ints
    material_group: Ints
    material_price: Ints


@lru_cache(maxsize=8)
def group_columns(masters: Masters) -> GroupColumns:
    """Groups and materials of an ERP as columns."""
    units, groups = UNITS[masters.source], masters.groups
    share = np.array([group.share for group in groups], np.float64)
    return GroupColumns(
        share / share.sum(),
        np.array(masters.supplier_range, np.int64),
        np.array(masters.material_range, np.int64),
        np.array([[units.index(use.code) for use in group.units] for group in groups], np.int64),
        np.array([[use.least for use in group.units] for group in groups], np.int64),
        np.array([[use.most for use in group.units] for group in groups], np.int64),
        np.array([group.first_unit for group in groups], np.int64),
        np.array([material.group for material in masters.materials], np.int64),
        np.array([material.price for material in masters.materials], np.int64),
    )


def draw_documents(rng: np.random.Generator, lines: int) -> Documents:
    """Documents of one to five lines, as many as `lines` need."""
    sizes = rng.integers(1, 6, size=lines)
    of_line = np.repeat(np.arange(lines), sizes)[:lines]
    starts = np.cumsum(sizes) - sizes
    return Documents(of_line, np.arange(lines) - starts[of_line] + 1, int(of_line[-1]) + 1)


def draw_groups(rng: np.random.Generator, masters: Masters, count: int) -> Ints:
    """A material group for each of `count` documents, by the share of the groups."""
    return rng.choice(len(masters.groups), size=count, p=group_columns(masters).chance).astype(np.int64)


def draw_suppliers(rng: np.random.Generator, masters: Masters, group: Ints) -> Ints:
    """A sound supplier of each group; the first ones of a group deliver most."""
    first, count = group_columns(masters).suppliers[group].T
    drawn: Ints = first + np.minimum(rng.integers(0, count), rng.integers(0, count))
    return drawn


def draw_materials(rng: np.random.Generator, masters: Masters, group: Ints) -> Ints:
    """A sound material of each group."""
    first, count = group_columns(masters).materials[group].T
    drawn: Ints = first + rng.integers(0, count)
    return drawn


def draw_goods(rng: np.random.Generator, masters: Masters, material: Ints) -> Goods:
    """Unit, quantity and value of each line, within what its material group allows."""
    columns, units = group_columns(masters), UNITS[masters.source]
    group = columns.material_group[material]
    use = (rng.integers(0, 100, size=material.size) >= columns.first_unit[group]).astype(np.int64)
    unit = columns.unit[group, use]
    quantity = rng.integers(columns.least[group, use], columns.most[group, use])
    is_whole = np.array([code in WHOLE_UNITS for code in units])[unit]
    quantity = np.where(is_whole, quantity // 1000 * 1000, quantity)
    base = quantity * np.array([BASE_OF_UNIT[code] for code in units], np.int64)[unit] // 1000
    price = columns.material_price[material] * rng.integers(94, 107, size=material.size) // 100
    return Goods(unit, quantity, np.maximum(1, base * price // 100_000))


def in_currency(value_eur: Ints, currency: Ints, codes: list[str]) -> Ints:
    """Values in hundredths of a currency (place in `codes`) from hundredths of a euro."""
    value: Ints = np.maximum(1, value_eur * np.array([RATES[code] for code in codes], np.int64)[currency] // 10_000)
    return value
