"""Masters of the German ERP: suppliers, articles and plants as semicolon-separated text with German decimals."""

from collections.abc import Sequence
from pathlib import Path

from emberlake.sample.kinds import KINDS
from emberlake.sample.masters import Material, Supplier, masters
from emberlake.sample.written import Found, Written, write

DAY = "20251231"
FLAWED_COLUMN = {
    "material_without_group": "Warengruppe",
    "material_without_mass": "GewichtKgJeStueck",
    "material_with_text_mass": "GewichtKgJeStueck",
}
PLANTS = (("1000", "Werk Hagen", "DE"), ("1010", "Außenlager Lüdenscheid", "DE"))


def write_suppliers(landing: Path, seed: int, scale: int) -> Written:
    """All suppliers; the last one has no country, and the first one stands there twice."""
    people = masters("kontor", seed, scale).suppliers
    found = [_found(place, one.flaw, "Land", one.number) for place, one in enumerate(people) if one.flaw]
    found.append(_found(len(people), "supplier_twice", "", people[0].number))
    records = [_supplier(one) for one in (*people, people[0])]
    return _written(landing, "lieferant", ("LieferantenNr", "Name", "Land", "Waehrung"), records, found)


def write_materials(landing: Path, seed: int, scale: int) -> Written:
    """All articles; one without mass, one with words for its mass, one without a group."""
    people = masters("kontor", seed, scale)
    columns = ("ArtikelNr", "Bezeichnung", "Warengruppe", "Lagereinheit", "GewichtKgJeStueck")
    records = [_material(one, people.groups[one.group].code) for one in people.materials]
    found = [_found(place, one.flaw, FLAWED_COLUMN[one.flaw], one.number) for place, one in enumerate(people.materials) if one.flaw]
    return _written(landing, "artikel", columns, records, found)


def write_plants(landing: Path, _seed: int, _scale: int) -> Written:
    """The works and its outside store."""
    return _written(landing, "werk", ("WerkNr", "Bezeichnung", "Land"), PLANTS, [])


def _supplier(one: Supplier) -> tuple[str, ...]:
    name = f"{one.name}; Niederlassung {one.town}" if one.number % 9 == 4 else one.name
    return str(one.number), name, "" if one.flaw else one.country, one.currency


def _material(one: Material, group: str) -> tuple[str, ...]:
    mass = "" if one.mass_mg is None else f"{one.mass_mg // 10**6},{one.mass_mg % 10**6:06d}"
    if one.flaw == "material_without_mass":
        mass = ""
    if one.flaw == "material_with_text_mass":
        mass = "ca. 0,3"
    name = one.name.replace(" ", "; ", 1) if one.number % 7 == 3 else one.name
    unit = "kg" if one.mass_mg is None else "Stk"
    return str(one.number), name, "" if one.flaw == "material_without_group" else group, unit, mass


def _found(place: int, kind: str, column: str, number: int) -> Found:
    return Found(place + 1, place + 2, KINDS[kind], column, str(number))


def _written(landing: Path, name: str, columns: tuple[str, ...], records: Sequence[tuple[str, ...]], found: list[Found]) -> Written:
    rows = [";".join(f'"{text}"' if ";" in text else text for text in record) for record in (columns, *records)]
    content = "".join(f"{row}\r\n" for row in rows).encode("cp1252")
    return Written(write(landing, f"kontor/{name}_{DAY}.csv", content, len(records)), tuple(found))
