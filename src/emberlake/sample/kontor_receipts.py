"""Receipts (Wareneingang) as the German ERP writes them."""

from functools import cache

import numpy as np
import pyarrow as pa

from emberlake.sample import draw
from emberlake.sample.masters import Masters
from emberlake.sample.months import YEAR, posting_days
from emberlake.sample.record import Dialect, Drawn
from emberlake.sample.render import Ints, german, padded, pick

PLANTS = ("1000", "1010")
REMARKS = ("", "Teillieferung", "Zeugnis 3.1 liegt bei", '"Lieferung geteilt; Rest folgt"', "Prüfung ohne Befund",
           '"Kiste ""B"" geöffnet"', '"Palette beschädigt,\nGutschrift angefragt"')  # fmt: skip
REMARK_UPTO = (850, 920, 960, 985, 993, 998, 1000)  # of a thousand lines
REMARK_WITH_BREAK = 6
RETURNS_PER_MILLE = 5


def drawn(rng: np.random.Generator, masters: Masters, _seed: int, _scale: int, month: int, lines: int) -> Drawn:
    """Ordinary receipt lines of one month, in the order of posting; a return carries a negative quantity and value."""
    documents = draw.draw_documents(rng, lines)
    group_of_document = draw.draw_groups(rng, masters, documents.count)
    supplier = draw.draw_suppliers(rng, masters, group_of_document)[documents.of_line]
    plant = (rng.integers(0, 100, size=documents.count) >= 85).astype(np.int64)[documents.of_line]
    day = np.sort(rng.integers(0, len(posting_days(month)), size=documents.count))[documents.of_line]
    group = group_of_document[documents.of_line]
    material = draw.draw_materials(rng, masters, group)
    goods = draw.draw_goods(rng, masters, material)
    codes, currency_of_supplier = _currencies(masters)
    currency = currency_of_supplier[supplier]
    sign = np.where(rng.integers(0, 1000, size=lines) < RETURNS_PER_MILLE, -1, 1)
    value = draw.in_currency(goods.value_eur, currency, list(codes)) * sign
    remark = np.searchsorted(np.array(REMARK_UPTO), rng.integers(0, 1000, size=lines), side="right")
    number = documents.of_line + 1 + (YEAR % 100 * 100 + month) * 10**7
    fields = {
        "Belegnummer": padded(number, 11),
        "Position": pick([str(position) for position in range(6)], documents.position),
        "Buchungsdatum": pick([f"{date:%d.%m.%Y}" for date in posting_days(month)], day),
        "WerkNr": pick(list(PLANTS), plant),
        "LieferantenNr": _suppliers(masters).take(pa.array(supplier)),
        "ArtikelNr": _materials(masters).take(pa.array(material)),
        "Menge": german(goods.quantity * sign, 3),
        "Einheit": pick(list(draw.UNITS["kontor"]), goods.unit),
        "Nettowert": german(value, 2),
        "Waehrung": pick(list(codes), currency),
        "Storno": pa.array([""] * lines, pa.string()),
        "Bemerkung": pick(list(REMARKS), remark),
    }
    calendar_day = np.array([date.day for date in posting_days(month)])[day]
    return Drawn(
        fields, calendar_day, group, goods.unit, goods.quantity * sign, currency, value,
        (remark == REMARK_WITH_BREAK).astype(np.int64),
        draw.UNITS["kontor"], tuple(one.code for one in masters.groups), codes,
    )  # fmt: skip


@cache
def _suppliers(masters: Masters) -> pa.Array:
    return pa.array([str(one.number) for one in masters.suppliers])


@cache
def _materials(masters: Masters) -> pa.Array:
    return pa.array([str(one.number) for one in masters.materials])


@cache
def _currencies(masters: Masters) -> tuple[tuple[str, ...], Ints]:
    codes = tuple(sorted({one.currency for one in masters.suppliers}))
    return codes, np.array([codes.index(one.currency) for one in masters.suppliers], np.int64)


DIALECT = Dialect(
    source="kontor",
    file="wareneingang_{period}.csv",
    columns=("Belegnummer", "Position", "Buchungsdatum", "WerkNr", "LieferantenNr", "ArtikelNr", "Menge", "Einheit",
             "Nettowert", "Waehrung", "Storno", "Bemerkung"),
    key=("Belegnummer", "Position"),
    role={"document": "Belegnummer", "date": "Buchungsdatum", "plant": "WerkNr", "supplier": "LieferantenNr",
          "material": "ArtikelNr", "quantity": "Menge", "unit": "Einheit", "value": "Nettowert",
          "currency": "Waehrung"},
    required=("Buchungsdatum", "WerkNr", "LieferantenNr", "ArtikelNr", "Einheit"),
    delimiter=";",
    terminator="\r\n",
    encoding="cp1252",
    draw=drawn,
    supplier_text=str,
    material_text=str,
    document_text=lambda month, number: f"{YEAR % 100}{month:02d}{number:07d}",
    quantity_text=lambda quantity: german(np.array([quantity], np.int64), 3)[0].as_py(),
    impossible_dates=("31.02.2025", "30.02.2025", "31.04.2025", "31.11.2025"),
    not_a_number="zwölf Stück",
    unknown_unit="Kbl",
    piece="Stk",
    unknown_plants=("9999", "1020"),
)  # fmt: skip
