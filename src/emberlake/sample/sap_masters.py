"""Masters and orders of the British ERP: LFA1, MARA, T001W, EKKO and EKPO as SAP writes them."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from emberlake.sample.draw import RATES, UNITS
from emberlake.sample.kinds import KINDS
from emberlake.sample.masters import Material, Supplier, masters
from emberlake.sample.render import file_bytes, joined, padded, pick, plain
from emberlake.sample.sap_orders import DAYS, FIRST_DAY, orders
from emberlake.sample.sap_receipts import CLIENT, FIRST_ORDER, PLANTS, material_text, supplier_text
from emberlake.sample.written import Found, Written, write

DAY = "20251231"
COMPANY = "GB10"
PLANT_NAMES = ("Sheffield Works", "Redditch Store")


def write_suppliers(landing: Path, seed: int, scale: int) -> Written:
    """LFA1: all suppliers; the last one has no country, and the first one stands there twice."""
    people = masters("sap", seed, scale).suppliers
    found = [_found(place, one.flaw, "LAND1", supplier_text(one.number)) for place, one in enumerate(people) if one.flaw]
    found.append(_found(len(people), "supplier_twice", "", supplier_text(people[0].number)))
    records = [_supplier(one) for one in (*people, people[0])]
    return _written(landing, "LFA1", ("MANDT", "LIFNR", "NAME1", "LAND1", "ORT01"), records, found)


def write_materials(landing: Path, seed: int, scale: int) -> Written:
    """MARA with the text of MAKT; one material without mass, one with words for its mass, one without a group."""
    people = masters("sap", seed, scale)
    columns = ("MANDT", "MATNR", "MAKTX", "MTART", "MATKL", "MEINS", "NTGEW", "GEWEI")
    records = [_material(one, people.groups[one.group].code) for one in people.materials]
    found = [
        _found(place, one.flaw, "MATKL" if one.flaw == "material_without_group" else "NTGEW", material_text(one.number))
        for place, one in enumerate(people.materials)
        if one.flaw
    ]
    return _written(landing, "MARA", columns, records, found)


def write_plants(landing: Path, _seed: int, _scale: int) -> Written:
    """T001W: the works and its store."""
    records = [(CLIENT, code, name, "GB") for code, name in zip(PLANTS, PLANT_NAMES, strict=True)]
    return _written(landing, "T001W", ("MANDT", "WERKS", "NAME1", "LAND1"), records, [])


def write_orders(landing: Path, seed: int, scale: int) -> Written:
    """EKKO: heads of purchase orders, in the currency of the supplier."""
    book, people = orders(seed, scale), masters("sap", seed, scale)
    count = book.day.size
    columns = {
        "MANDT": pa.repeat(CLIENT, count),
        "EBELN": padded(FIRST_ORDER + np.arange(count), 10),
        "BUKRS": pa.repeat(COMPANY, count),
        "BSTYP": pa.repeat("F", count),
        "BSART": pa.repeat("NB", count),
        "LIFNR": pick([supplier_text(one.number) for one in people.suppliers], book.supplier),
        "WAERS": pick([one.currency for one in people.suppliers], book.supplier),
        "BEDAT": pick([f"{FIRST_DAY + dt.timedelta(day):%Y%m%d}" for day in range(DAYS)], book.day),
    }
    return _written_columns(landing, "EKKO", columns)


def write_order_lines(landing: Path, seed: int, scale: int) -> Written:
    """EKPO: order lines in the base unit of the material; NETPR is for PEINH units, in the order's currency."""
    book, people = orders(seed, scale), masters("sap", seed, scale)
    rate = np.array([RATES[one.currency] for one in people.suppliers], np.int64)[book.supplier[book.line_order]]
    per = np.where(book.line_price < 1_000, 1_000, 1)
    columns = {
        "MANDT": pa.repeat(CLIENT, per.size),
        "EBELN": padded(FIRST_ORDER + book.line_order, 10),
        "EBELP": padded((np.arange(per.size) - book.first_line[book.line_order] + 1) * 10, 5),
        "TXZ01": pick([one.name for one in people.materials], book.line_material),
        "MATNR": pick([material_text(one.number) for one in people.materials], book.line_material),
        "WERKS": pick(list(PLANTS), book.plant[book.line_order]),
        "MENGE": plain(book.line_quantity, 3),
        "MEINS": pick(list(UNITS["sap"]), book.line_unit),
        "NETPR": plain(np.maximum(1, book.line_price * per * rate // 10**6), 2),
        "PEINH": pick(["1", "1000"], (per == 1_000).astype(np.int64)),
    }
    return _written_columns(landing, "EKPO", columns)


def _supplier(one: Supplier) -> tuple[str, ...]:
    return CLIENT, supplier_text(one.number), one.name, "" if one.flaw else one.country, one.town


def _material(one: Material, group: str) -> tuple[str, ...]:
    mass, mass_unit = ("1.000", "KG") if one.mass_mg is None else _mass(one.mass_mg)
    if one.flaw == "material_without_mass":
        mass, mass_unit = "0.000", ""
    if one.flaw == "material_with_text_mass":
        mass = "APPROX 0.3"
    unit = "KG" if one.mass_mg is None else "ST"
    category = "HIBE" if group == "400" else "ROH"
    shown = "" if one.flaw == "material_without_group" else group
    return CLIENT, material_text(one.number), one.name, category, shown, unit, mass, mass_unit


def _mass(milligrams: int) -> tuple[str, str]:
    """Grams below one kilogram, else kilograms to the gram."""
    if milligrams < 10**6:
        return f"{milligrams // 1000}.{milligrams % 1000:03d}", "G"
    grams = milligrams // 1000
    return f"{grams // 1000}.{grams % 1000:03d}", "KG"


def _found(place: int, kind: str, column: str, key: str) -> Found:
    return Found(place + 1, place + 2, KINDS[kind], column, key)


def _written(landing: Path, name: str, columns: tuple[str, ...], records: Sequence[tuple[str, ...]], found: list[Found]) -> Written:
    content = "".join("|".join(record) + "\n" for record in (columns, *records)).encode("utf-8")
    return Written(write(landing, f"sap/{name}_{DAY}.txt", content, len(records)), tuple(found))


def _written_columns(landing: Path, name: str, columns: dict[str, pa.Array]) -> Written:
    rows = joined(list(columns.values()), "|")
    content = file_bytes("|".join(columns), rows, "\n", "utf-8")
    return Written(write(landing, f"sap/{name}_{DAY}.txt", content, len(rows)))
