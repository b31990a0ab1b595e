"""Receipts (MSEG) as the British ERP writes them."""

from functools import cache

import numpy as np
import pyarrow as pa

from emberlake.sample import draw
from emberlake.sample.masters import Masters
from emberlake.sample.months import YEAR, fiscal, posting_days
from emberlake.sample.record import Dialect, Drawn
from emberlake.sample.render import Ints, padded, pick, plain
from emberlake.sample.sap_orders import orders

PLANTS = ("1000", "1020")
CLIENT = "100"
FIRST_ORDER = 4_500_000_001
SIGNED_SINCE = 7  # from July the extract writes a minus behind DMBTR of returns; MENGE never has a sign
RETURNS_PER_MILLE = 5


def supplier_text(number: int) -> str:
    """LIFNR: ten digits."""
    return f"{number:010d}"


def material_text(number: int) -> str:
    """MATNR: eighteen digits."""
    return f"{number:018d}"


def drawn(rng: np.random.Generator, masters: Masters, seed: int, scale: int, month: int, lines: int) -> Drawn:
    """Ordinary lines of one month in the order of posting: receipts (101) on open orders, some returned (122)."""
    book = orders(seed, scale)
    documents = draw.draw_documents(rng, lines)
    low, high = book.open_in(month)
    order = rng.integers(low, high, size=documents.count)[documents.of_line]
    order_line = rng.integers(0, book.line_count[order])
    material = book.line_material[book.first_line[order] + order_line]
    day = np.sort(rng.integers(0, len(posting_days(month)), size=documents.count))[documents.of_line]
    goods = draw.draw_goods(rng, masters, material)
    value = draw.in_currency(goods.value_eur, np.zeros(lines, np.int64), ["GBP"])
    is_return = rng.integers(0, 1000, size=lines) < RETURNS_PER_MILLE
    sign = np.where(is_return, -1, 1)
    fields = {
        **_constant(lines, month),
        "MBLNR": padded(5 * 10**9 + month * 10**7 + documents.of_line + 1, 10),
        "ZEILE": padded(documents.position, 4),
        "BWART": pick(["101", "122"], is_return.astype(np.int64)),
        "MATNR": _materials(masters).take(pa.array(material)),
        "WERKS": pick(list(PLANTS), book.plant[order]),
        "LIFNR": _suppliers(masters).take(pa.array(book.supplier[order])),
        "SHKZG": pick(["S", "H"], is_return.astype(np.int64)),
        "MENGE": plain(goods.quantity, 3),
        "MEINS": pick(list(draw.UNITS["sap"]), goods.unit),
        "DMBTR": plain(value * sign if month >= SIGNED_SINCE else value, 2),
        "EBELN": padded(FIRST_ORDER + order, 10),
        "EBELP": padded((order_line + 1) * 10, 5),
        "BUDAT_MKPF": pick([f"{date:%Y%m%d}" for date in posting_days(month)], day),
    }
    none: Ints = np.zeros(lines, np.int64)
    calendar_day = np.array([date.day for date in posting_days(month)])[day]
    return Drawn(
        fields, calendar_day, book.group[order], goods.unit, goods.quantity * sign, none, value * sign, none,
        draw.UNITS["sap"], tuple(one.code for one in masters.groups), ("GBP",),
    )  # fmt: skip


@cache
def _suppliers(masters: Masters) -> pa.Array:
    return pa.array([supplier_text(one.number) for one in masters.suppliers])


@cache
def _materials(masters: Masters) -> pa.Array:
    return pa.array([material_text(one.number) for one in masters.materials])


def _constant(lines: int, month: int) -> dict[str, pa.Array]:
    year, part = fiscal(month)
    values = {"MANDT": CLIENT, "MJAHR": str(YEAR), "WAERS": "GBP", "GJAHR": str(year), "MONAT": f"{part:02d}",
              "SMBLN": "", "SJAHR": "", "SMBLP": ""}  # fmt: skip
    return {name: pa.repeat(pa.scalar(value, pa.string()), lines) for name, value in values.items()}


DIALECT = Dialect(
    source="sap",
    file="MSEG_{period}.txt",
    columns=("MANDT", "MBLNR", "MJAHR", "ZEILE", "BWART", "MATNR", "WERKS", "LIFNR", "SHKZG", "MENGE", "MEINS",
             "DMBTR", "WAERS", "EBELN", "EBELP", "BUDAT_MKPF", "GJAHR", "MONAT", "SMBLN", "SJAHR", "SMBLP"),
    key=("MBLNR", "MJAHR", "ZEILE"),
    role={"document": "MBLNR", "date": "BUDAT_MKPF", "plant": "WERKS", "supplier": "LIFNR", "material": "MATNR",
          "quantity": "MENGE", "unit": "MEINS", "value": "DMBTR", "currency": "WAERS"},
    required=("BUDAT_MKPF", "MATNR", "WERKS", "MENGE", "MEINS"),
    delimiter="|",
    terminator="\n",
    encoding="utf-8",
    draw=drawn,
    supplier_text=supplier_text,
    material_text=material_text,
    document_text=lambda month, number: f"5{month:02d}{number:07d}",
    quantity_text=lambda quantity: plain(np.array([abs(quantity)], np.int64), 3)[0].as_py(),
    impossible_dates=("20250231", "20250230", "20250431", "20251131"),
    not_a_number="TWELVE",
    unknown_unit="ZZZ",
    piece="ST",
    unknown_plants=("9999", "1010"),
    no_order={"EBELN": "", "EBELP": ""},
)  # fmt: skip
