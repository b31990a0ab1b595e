"""What the records of the two ERPs say, by docs/sample-company.md: receipts, suppliers with countries, materials."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from support.extracts import Record, day, german_number, records, sap_number
from support.published import KILOGRAMS, half_up


@dataclass(frozen=True)
class Material:
    group: str | None
    kg_per_piece: Decimal | None


@dataclass(frozen=True)
class Line:
    """A receipt as its system states it, signed: negative is a return."""

    receipt_id: str
    posted: date
    plant: str
    supplier: str
    material: str
    quantity: Decimal
    unit: str
    amount: Decimal
    currency: str


def kontor_line(record: Record) -> Line | None:
    """None where a value that must be there is missing or is not what its column holds."""
    given = ("Belegnummer", "Position", "Buchungsdatum", "WerkNr", "LieferantenNr", "ArtikelNr", "Menge", "Einheit", "Nettowert", "Waehrung")
    if record.fields is None or not all(record[column] for column in given):
        return None
    posted, quantity = day(record["Buchungsdatum"], "%d.%m.%Y"), german_number(record["Menge"], 3)
    amount = german_number(record["Nettowert"], 2)
    if posted is None or quantity is None or amount is None:
        return None
    return Line(
        f"kontor:{record['Belegnummer']}/{record['Position']}", posted, record["WerkNr"], record["LieferantenNr"],
        record["ArtikelNr"], quantity, record["Einheit"], amount, record["Waehrung"],
    )  # fmt: skip


def sap_line(record: Record, orders: dict[str, str]) -> Line | None:
    """SHKZG alone gives the sign: H is goods out; the vendor of the order stands in where the line names none."""
    given = ("MANDT", "MBLNR", "MJAHR", "ZEILE", "BWART", "MATNR", "WERKS", "SHKZG", "MENGE", "MEINS", "DMBTR", "WAERS", "BUDAT_MKPF", "GJAHR", "MONAT")
    if record.fields is None or not all(record[column] for column in given):
        return None
    posted, quantity = day(record["BUDAT_MKPF"], "%Y%m%d"), sap_number(record["MENGE"], 3)
    amount = sap_number(record["DMBTR"], 2)
    if posted is None or quantity is None or amount is None:
        return None
    sign = -1 if record["SHKZG"] == "H" else 1
    return Line(
        f"sap:{record['MBLNR']}/{record['MJAHR']}/{record['ZEILE']}", posted, record["WERKS"],
        record["LIFNR"] or orders.get(record["EBELN"], ""), record["MATNR"], sign * quantity, record["MEINS"],
        sign * abs(amount), record["WAERS"],
    )  # fmt: skip


def kontor_suppliers(landing: Path) -> dict[str, str]:
    """Number and country; one without a country is in quarantine."""
    return {r["LieferantenNr"]: r["Land"] for r in records(landing, "kontor/lieferant_*.csv") if r["Land"]}


def sap_suppliers(landing: Path) -> dict[str, str]:
    return {r["LIFNR"]: r["LAND1"] for r in records(landing, "sap/LFA1_*.txt") if r["LAND1"]}


def kontor_materials(landing: Path) -> dict[str, Material]:
    """One whose mass is no number is in quarantine; one without a mass stays, and its pieces weigh nothing known."""
    found = {}
    for record in records(landing, "kontor/artikel_*.csv"):
        mass = german_number(record["GewichtKgJeStueck"], 9)
        if mass is not None or not record["GewichtKgJeStueck"]:
            found[record["ArtikelNr"]] = Material(record["Warengruppe"] or None, mass)
    return found


def sap_materials(landing: Path) -> dict[str, Material]:
    """NTGEW is for one base unit, in GEWEI; 0.000 means that none was maintained."""
    found = {}
    for record in records(landing, "sap/MARA_*.txt"):
        net = sap_number(record["NTGEW"], 3)
        if net is None:
            continue
        mass = half_up(net * KILOGRAMS[record["GEWEI"].lower()], 9) if net and record["MEINS"] == "ST" else None
        found[record["MATNR"]] = Material(record["MATKL"] or None, mass)
    return found
