"""Purchase orders of the British plant (EKKO, EKPO): about one order line for every ten receipts.

Orders are sorted by date, so that a receipt can pick one that was placed shortly before its month.
"""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from emberlake.sample import draw
from emberlake.sample.masters import masters
from emberlake.sample.render import Ints
from emberlake.sample.seeds import generator

LINES_PER_ORDER = 3
FIRST_DAY = dt.date(2024, 10, 1)
DAYS = 420  # until 24 November 2025
OPEN_DAYS = 120  # how long goods arrive on an order


@dataclass(frozen=True, eq=False)
class Orders:
    """Orders as columns, and their lines as columns; line 1 of order k is row `first_line[k]`."""

    day: Ints
    group: Ints
    supplier: Ints
    plant: Ints
    first_line: Ints
    line_count: Ints
    line_order: Ints
    line_material: Ints
    line_unit: Ints
    line_quantity: Ints
    line_price: Ints

    def open_in(self, month: int) -> tuple[int, int]:
        """First order, and the one after the last, on which goods may arrive in a month of 2025."""
        start = (dt.date(2025, month, 1) - FIRST_DAY).days
        low, high = np.searchsorted(self.day, [start - OPEN_DAYS, start])
        return min(int(low), int(high) - 1), int(high)


@lru_cache(maxsize=4)
def orders(seed: int, scale: int) -> Orders:
    """All orders of the British plant for a seed and scale."""
    people, rng = masters("sap", seed, scale), generator(seed, "sap", "orders")
    lines = 500 * scale
    sizes = rng.integers(1, 2 * LINES_PER_ORDER, size=lines)
    first_line = np.cumsum(sizes) - sizes
    count = int(np.searchsorted(first_line, lines))
    line_order = np.repeat(np.arange(lines), sizes)[:lines]
    day = np.sort(rng.integers(0, DAYS, size=count))
    day[0] = 0
    group = draw.draw_groups(rng, people, count)
    supplier = draw.draw_suppliers(rng, people, group)
    plant = (rng.integers(0, 100, size=count) >= 90).astype(np.int64)
    material = draw.draw_materials(rng, people, group[line_order])
    columns = draw.group_columns(people)
    goods = draw.draw_goods(rng, people, material)
    base = goods.quantity * np.array([draw.BASE_OF_UNIT[code] for code in draw.UNITS["sap"]], np.int64)[goods.unit] // 1000
    counted = np.array([one.is_counted for one in people.groups])[columns.material_group[material]]
    unit = np.where(counted, draw.UNITS["sap"].index("ST"), draw.UNITS["sap"].index("KG"))
    quantity = np.maximum(1_000, base * 10 // 1000 * 1000)
    return Orders(
        day, group, supplier, plant, first_line[:count], np.diff(first_line[:count], append=lines),
        line_order, material, unit, quantity, columns.material_price[material],
    )  # fmt: skip
