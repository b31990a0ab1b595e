"""A sample company, parsed by the standard library and nothing of the product: its records, and which of them are sound."""

import csv
import io
from decimal import Decimal
from pathlib import Path

from emberlake.sample import Defect, Manifest

ENCODING = {"kontor": "cp1252", "sap": "utf-8", "decision": "utf-8"}
KEYS = {"kontor": ("Belegnummer", "Position"), "sap": ("MBLNR", "MJAHR", "ZEILE")}
SUPPLIER, MATERIAL, PLANT = (
    {"kontor": "LieferantenNr", "sap": "LIFNR"},
    {"kontor": "ArtikelNr", "sap": "MATNR"},
    {"kontor": "WerkNr", "sap": "WERKS"},
)
MASTER_FILES = {
    "kontor": ("lieferant_20251231.csv", "artikel_20251231.csv", "werk_20251231.csv"),
    "sap": ("LFA1_20251231.txt", "MARA_20251231.txt", "T001W_20251231.txt"),
}
Row = dict[str, str]


class Company:
    """A sample company on disk, parsed by the standard library and nothing of the product."""

    def __init__(self, landing: Path, manifest: Manifest) -> None:
        """Parse every extract, strictly in its encoding."""
        self.landing, self.manifest = landing, manifest
        self.texts = {entry.file: (landing / entry.file).read_bytes().decode(ENCODING[entry.source]) for entry in manifest.files}
        self.records = {file: _parse(file, text) for file, text in self.texts.items()}

    def fields(self, defect: Defect) -> list[str]:
        """Fields of the record of a defect."""
        return self.records[defect.file][defect.record]

    def row(self, file: str, record: int) -> Row:
        """A record by column name; ValueError where it has too many or too few fields."""
        return dict(zip(self.records[file][0], self.records[file][record], strict=True))

    def column(self, source: str, place: int) -> set[str]:
        """Numbers in the first id column of a master file (suppliers, materials, plants)."""
        name = f"{source}/{MASTER_FILES[source][place]}"
        return {record[0 if source == "kontor" else 1] for record in self.records[name][1:]}

    def receipts(self, source: str) -> list[tuple[str, int]]:
        """File and record number of every receipt record of a source, in the order of arrival."""
        start = {"kontor": "kontor/wareneingang", "sap": "sap/MSEG"}[source]
        return [(file, record) for file in sorted(self.records) if file.startswith(start) for record in range(1, len(self.records[file]))]


def _parse(file: str, text: str) -> list[list[str]]:
    if file.startswith("sap/"):
        return [line.split("|") for line in text.removesuffix("\n").split("\n")]
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";" if file.startswith("kontor/") else ",", strict=True))


def unlisted_records(company: Company, source: str) -> list[tuple[str, int]]:
    """File and record number of the receipts that no line of the manifest names."""
    listed = {(defect.file, defect.record) for defect in company.manifest.defects}
    return [one for one in company.receipts(source) if one not in listed]


def sound_records(company: Company, source: str) -> list[tuple[str, int]]:
    """Records that must arrive in silver: not bad, and of a line delivered twice only one."""
    gone = {
        (defect.file, defect.record) for defect in company.manifest.defects if defect.severity in {"quarantine", "exclude"} or defect.kind == "redelivered_same"
    }
    gone |= {pair for defect in company.manifest.of_kind("redelivered_changed") for pair in defect.related}
    return [one for one in company.receipts(source) if one not in gone]


def group_of_material(company: Company, source: str) -> dict[str, str]:
    """Number of a material: code of its group."""
    number, group = (0, 2) if source == "kontor" else (1, 4)
    return {record[number]: record[group] for record in company.records[f"{source}/{MASTER_FILES[source][1]}"][1:]}


def _number(source: str, text: str) -> Decimal:
    if source == "kontor":
        return Decimal(text.replace(".", "").replace(",", "."))
    return -Decimal(text[:-1]) if text.endswith("-") else Decimal(text)


def quantity_of(source: str, row: Row) -> Decimal:
    """Quantity of a receipt in its own unit, negative where goods went back."""
    if source == "kontor":
        return _number(source, row["Menge"])
    return _number(source, row["MENGE"]) * (-1 if row["SHKZG"] == "H" else 1)


def value_of(source: str, row: Row) -> Decimal:
    """Value of a receipt in its own currency, negative where goods went back."""
    if source == "kontor":
        return _number(source, row["Nettowert"])
    return abs(_number(source, row["DMBTR"])) * (-1 if row["SHKZG"] == "H" else 1)
