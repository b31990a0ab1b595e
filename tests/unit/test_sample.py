"""The sample company: the same bytes every time, and every bad row where its manifest says."""

import csv
import hashlib
import io
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from open_data_contract_standard.model import OpenDataContractStandard

from emberlake.sample import Defect, Manifest, load, make
from emberlake.sample.kinds import KINDS, RECEIPT_KINDS
from emberlake.sample.manifest import FILE
from emberlake.sample.masters import GROUPS, masters

CONTRACTS = Path(__file__).parents[2] / "schemas" / "bronze"
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


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """The company at scale 1."""
    landing = tmp_path_factory.mktemp("landing")
    return Company(landing, make(landing))


def _hashes(landing: Path) -> dict[str, str]:
    return {str(path.relative_to(landing)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(landing.rglob("*")) if path.is_file()}


def test_same_bytes_whoever_writes(company: Company, tmp_path: Path) -> None:
    """Another run, with two processes, writes the same files and the same manifest."""
    make(tmp_path, workers=2)
    assert _hashes(tmp_path) == _hashes(company.landing)
    assert len(_hashes(tmp_path)) == 35


def test_another_seed_is_another_company(company: Company, tmp_path: Path) -> None:
    """Every receipt file differs under another seed, and so do the masters of people and goods."""
    make(tmp_path, seed=7)
    ours, theirs = _hashes(company.landing), _hashes(tmp_path)
    assert ours.keys() == theirs.keys()
    same = {file for file in ours if ours[file] == theirs[file]}
    assert same == {
        "kontor/werk_20251231.csv",
        "sap/T001W_20251231.txt",
        "decision/factor_mapping.csv",
        "decision/factor_policy.csv",
    }


def test_receipts_grow_with_scale_and_masters_with_its_root(company: Company, tmp_path: Path) -> None:
    """Four times the scale: four times the receipts and orders, twice the masters and bad rows."""
    larger = Company(tmp_path, make(tmp_path, scale=4))
    for source in ("kontor", "sap"):
        assert len(company.receipts(source)) == 5_000
        assert len(larger.receipts(source)) == 20_000
        assert 1.6 < len(larger.column(source, 0)) / len(company.column(source, 0)) < 2.2
        assert 1.6 < len(larger.column(source, 1)) / len(company.column(source, 1)) < 2.2
    assert len(larger.records["sap/EKPO_20251231.txt"]) - 1 == 2_000
    small, large = (Counter(defect.kind for defect in one.manifest.defects) for one in (company, larger))
    assert all(large[kind.name] == 2 * small[kind.name] for kind in RECEIPT_KINDS)


def test_manifest_describes_the_files(company: Company) -> None:
    """Rows, lines, bytes and hash of every file are those of the file; the manifest reads back as it was returned."""
    assert load(company.landing / FILE) == company.manifest
    for entry in company.manifest.files:
        content = (company.landing / entry.file).read_bytes()
        assert (entry.bytes, entry.sha256) == (len(content), hashlib.sha256(content).hexdigest())
        assert entry.rows == len(company.records[entry.file]) - 1
        assert entry.lines == content.count(b"\n")
        assert content.endswith(b"\r\n" if entry.source == "kontor" else b"\n")


def test_kontor_is_not_utf8_and_has_its_quirks(company: Company) -> None:
    """Umlauts in one byte, German decimals, quoted semicolons, doubled quotes and line breaks within a record."""
    suppliers = company.landing / "kontor/lieferant_20251231.csv"
    with pytest.raises(UnicodeDecodeError):
        suppliers.read_bytes().decode("utf-8")
    rows = [company.row(file, record) for file, record in _sound(company, "kontor")]
    assert any("ä" in row["Bemerkung"] and "\n" in row["Bemerkung"] for row in rows)
    assert any(";" in row["Bemerkung"] for row in rows)
    assert any('"' in row["Bemerkung"] for row in rows)
    assert any("." in row["Menge"] and row["Menge"].count(",") == 1 for row in rows)
    assert {row["Waehrung"] for row in rows} == {"EUR", "CHF", "PLN", "USD"}
    assert {row["Einheit"] for row in rows} == {"kg", "t", "Stk", "Tsd", "Pck"}


def test_sap_conventions(company: Company) -> None:
    """Leading zeros, a fiscal year from April, returns unsigned in MENGE and with a minus behind DMBTR from July."""
    rows = [company.row(file, record) for file, record in _sound(company, "sap")]
    assert {row["MEINS"] for row in rows} == {"KG", "TO", "G", "ST", "TS"}
    assert {row["BWART"] for row in rows} == {"101", "122"}
    for row in rows:
        month = int(row["BUDAT_MKPF"][4:6])
        assert (row["GJAHR"], row["MONAT"]) == (("2025", f"{month - 3:02d}") if month > 3 else ("2024", f"{month + 9:02d}"))
        assert (len(row["LIFNR"]), len(row["MATNR"]), len(row["MBLNR"])) == (10, 18, 10)
        assert not row["MENGE"].endswith("-")
        assert (row["SHKZG"] == "H") == (row["BWART"] == "122")
        assert row["DMBTR"].endswith("-") == (row["SHKZG"] == "H" and month >= 7)
    assert sum(row["DMBTR"].endswith("-") for row in rows) > 0


def test_receipts_fit_their_orders(company: Company) -> None:
    """Material, plant and vendor of a receipt are those of its order line, and the order is older than the receipt."""
    heads, lines = (
        [company.row(file, record) for record in range(1, len(company.records[file]))] for file in ("sap/EKKO_20251231.txt", "sap/EKPO_20251231.txt")
    )
    head = {row["EBELN"]: row for row in heads}
    line = {(row["EBELN"], row["EBELP"]): row for row in lines}
    assert len(line) == len(lines)
    ordered = [row for row in (company.row(*one) for one in _sound(company, "sap")) if row["EBELN"]]
    assert len(ordered) > 4_900
    for row in ordered:
        order, order_line = head[row["EBELN"]], line[row["EBELN"], row["EBELP"]]
        assert (row["MATNR"], row["WERKS"]) == (order_line["MATNR"], order_line["WERKS"])
        assert row["LIFNR"] == order["LIFNR"]
        assert order["BEDAT"] < row["BUDAT_MKPF"]


def test_numbers_clash_between_the_erps(company: Company) -> None:
    """Supplier 70012 and plant 1000 are in both and are not the same; so is group 100."""
    kontor = {row[0]: row[1] for row in company.records["kontor/lieferant_20251231.csv"]}
    sap = {row[1].lstrip("0"): row[2] for row in company.records["sap/LFA1_20251231.txt"]}
    assert len(kontor.keys() & sap.keys()) > 20
    assert kontor["70012"] != sap["70012"]
    assert "1000" in company.column("kontor", 2) & company.column("sap", 2)
    names = {source: {group.code: group.name for group in groups} for source, groups in GROUPS.items()}
    assert names["kontor"]["100"] == "Walzdraht"
    assert names["sap"]["100"] == "CORRUGATED BOX"


@pytest.mark.parametrize("scale", [1, 2, 3, 7, 50, 1_000, 10_000])
def test_each_erp_knows_numbers_that_the_other_does_not(scale: int) -> None:
    """The supplier and the material that are unknown here are known there, at every scale."""
    kontor, sap = masters("kontor", 2025, scale), masters("sap", 2025, scale)
    for ours, theirs in ((kontor.suppliers, sap.suppliers), (kontor.materials, sap.materials)):
        here, there = {one.number for one in ours}, {one.number for one in theirs}
        assert max(here) + 1 in there
        assert min(there) - 1 in here


def test_month_files_hold_their_month(company: Company) -> None:
    """A record of another month is a delivery of last month's line, or has a date that the manifest lists."""
    listed = {(defect.file, defect.record): defect for defect in company.manifest.defects}
    strangers = Counter[str]()
    for source, pattern, column in (("kontor", "%d.%m.%Y", "Buchungsdatum"), ("sap", "%Y%m%d", "BUDAT_MKPF")):
        for file, record in company.receipts(source):
            fields = dict(zip(company.records[file][0], company.records[file][record], strict=False))
            text = fields.get(column, "")
            try:
                month = f"{datetime.strptime(text, pattern):%Y-%m}"
            except ValueError:
                month = "none"
            if month not in file:
                strangers[listed[file, record].kind] += 1
    assert strangers == {
        "redelivered_same": 8, "redelivered_changed": 6, "impossible_date": 6, "missing_value": 2, "too_few_fields": 2,
    }  # fmt: skip


def test_counts_of_bad_rows(company: Company) -> None:
    """Every kind occurs in each of its sources, none in more than one in a hundred records."""
    for source in ("kontor", "sap"):
        kinds = Counter(defect.kind for defect in company.manifest.defects if defect.file.startswith(source))
        expected = {kind.name: kind.count for kind in KINDS.values() if source in kind.sources}
        if source == "sap":
            expected["reversal"] *= 2
        assert kinds == expected
        assert max(kinds.values()) < 50
    assert {defect.severity for defect in company.manifest.defects} == {"quarantine", "exclude", "merge", "warn"}


def test_every_record_number_and_line_is_right(company: Company) -> None:
    """The line of a defect begins its record, though earlier records hold line breaks, and its key is the record's."""
    for defect in company.manifest.defects:
        fields, columns = company.fields(defect), company.records[defect.file][0]
        line = company.texts[defect.file].split("\n")[defect.line - 1]
        assert line.startswith(fields[0])
        assert fields[1] in line
        source = defect.file.split("/")[0]
        if KEYS[source][0] in columns:
            assert "/".join(fields[columns.index(key)] for key in KEYS[source]) == defect.key
        else:
            assert defect.key in fields
    assert any(defect.line > defect.record + 1 for defect in company.manifest.defects)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_bad_rows_are_really_bad(company: Company, kind: str) -> None:
    """Each listed record shows what its kind says."""
    defects = company.manifest.of_kind(kind)
    assert defects
    for defect in defects:
        assert _shows(company, defect), defect


def test_everything_not_listed_is_sound(company: Company) -> None:
    """Records that no manifest line names have known masters, a quantity, and a key of their own."""
    seen = set()
    for source in ("kontor", "sap"):
        suppliers, materials, plants = (company.column(source, place) for place in range(3))
        for file, record in _unlisted(company, source):
            row = company.row(file, record)
            assert row[SUPPLIER[source]] in suppliers
            assert row[MATERIAL[source]] in materials
            assert row[PLANT[source]] in plants
            assert _quantity(source, row) != 0
            assert row.get("Storno", "") == ""
            assert row.get("BWART", "101") in {"101", "122"}
            key = (source, *(row[name] for name in KEYS[source]))
            assert key not in seen
            seen.add(key)


def test_totals_are_those_of_the_rows_that_stay(company: Company) -> None:
    """Counted again from the text: records that are neither quarantined, excluded nor superseded."""
    for source in ("kontor", "sap"):
        groups = _group_of_material(company, source)
        quantity, value = defaultdict[str, Decimal](Decimal), defaultdict[str, Decimal](Decimal)
        by_group = Counter[str]()
        sound = _sound(company, source)
        for file, record in sound:
            row = company.row(file, record)
            unit, currency = ("Einheit", "Waehrung") if source == "kontor" else ("MEINS", "WAERS")
            quantity[row[unit]] += _quantity(source, row)
            value[row[currency]] += _value(source, row)
            by_group[groups[row[MATERIAL[source]]]] += 1
        totals = company.manifest.total(source)
        assert (totals.records, totals.receipts) == (5_000, len(sound))
        assert {unit: Decimal(text) for unit, text in totals.quantity.items()} == quantity
        assert {currency: Decimal(text) for currency, text in totals.value.items()} == value
        assert totals.receipts_by_group == by_group


def test_decisions_leave_one_group_unmapped_and_one_without_factor(company: Company) -> None:
    """Every group but one has a decision; one decision names titanium, for which no factor is published."""
    file = "decision/factor_mapping.csv"
    rows = [company.row(file, record) for record in range(1, len(company.records[file]))]
    mapped = {(row["mapped_source_system"], row["material_group_code"]) for row in rows}
    every = {(source, group.code) for source, groups in GROUPS.items() for group in groups}
    assert every - mapped == {("kontor", "900")}
    assert [row["material_group_code"] for row in rows if "titanium" in row["activity_code"]] == ["240"]
    assert company.manifest.total("kontor").receipts_by_group["900"] > 0
    assert company.manifest.total("sap").receipts_by_group["240"] > 0


@pytest.mark.parametrize("scale, seed", [(0, 2025), (10_001, 2025), (1, -1)])
def test_impossible_scales_and_seeds_are_refused(tmp_path: Path, scale: int, seed: int) -> None:
    """The message names what was asked, and nothing is written."""
    with pytest.raises(ValueError, match=f"Scale {scale}, seed {seed}"):
        make(tmp_path, scale=scale, seed=seed)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", sorted(CONTRACTS.glob("[dks]*/*.yaml")), ids=lambda path: f"{path.parent.name}_{path.stem}")
def test_contracts_describe_the_files(company: Company, path: Path) -> None:
    """Each contract is valid ODCS, and finds files whose header is its columns in its encoding and delimiter."""
    contract = OpenDataContractStandard.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    assert contract.name == f"bronze.{path.parent.name}_{path.name.split('.')[0]}"
    assert contract.servers is not None
    assert contract.schema_ is not None
    server, columns = contract.servers[0], contract.schema_[0].properties
    assert server.path is not None
    assert server.delimiter is not None
    assert server.encoding is not None
    assert columns is not None
    files = sorted(company.landing.glob(server.path))
    assert files
    for file in files:
        header = file.read_bytes().decode(server.encoding).splitlines()[0]
        assert header.split(server.delimiter) == [column.physicalName or column.name for column in columns]


def test_every_extract_has_a_contract(company: Company) -> None:
    """No file is written that bronze would not read."""
    patterns = [yaml.safe_load(path.read_text(encoding="utf-8"))["servers"][0]["path"] for path in CONTRACTS.glob("[dks]*/*.yaml")]
    for entry in company.manifest.files:
        assert sum(Path(entry.file).match(pattern) for pattern in patterns) == 1, entry.file


def _unlisted(company: Company, source: str) -> list[tuple[str, int]]:
    listed = {(defect.file, defect.record) for defect in company.manifest.defects}
    return [one for one in company.receipts(source) if one not in listed]


def _sound(company: Company, source: str) -> list[tuple[str, int]]:
    """Records that must arrive in silver: not bad, and of a line delivered twice only one."""
    gone = {
        (defect.file, defect.record) for defect in company.manifest.defects if defect.severity in {"quarantine", "exclude"} or defect.kind == "redelivered_same"
    }
    gone |= {pair for defect in company.manifest.of_kind("redelivered_changed") for pair in defect.related}
    return [one for one in company.receipts(source) if one not in gone]


def _group_of_material(company: Company, source: str) -> dict[str, str]:
    number, group = (0, 2) if source == "kontor" else (1, 4)
    return {record[number]: record[group] for record in company.records[f"{source}/{MASTER_FILES[source][1]}"][1:]}


def _number(source: str, text: str) -> Decimal:
    if source == "kontor":
        return Decimal(text.replace(".", "").replace(",", "."))
    return -Decimal(text[:-1]) if text.endswith("-") else Decimal(text)


def _quantity(source: str, row: Row) -> Decimal:
    if source == "kontor":
        return _number(source, row["Menge"])
    return _number(source, row["MENGE"]) * (-1 if row["SHKZG"] == "H" else 1)


def _value(source: str, row: Row) -> Decimal:
    if source == "kontor":
        return _number(source, row["Nettowert"])
    return abs(_number(source, row["DMBTR"])) * (-1 if row["SHKZG"] == "H" else 1)


def _shows(company: Company, defect: Defect) -> bool:
    """Whether the record has the defect, judged from the files alone."""
    source = defect.file.split("/")[0]
    fields, columns = company.fields(defect), company.records[defect.file][0]
    if defect.kind == "too_many_fields":
        return len(fields) == len(columns) + 1
    if defect.kind == "too_few_fields":
        return len(fields) < len(columns)
    row = company.row(defect.file, defect.record)
    if defect.related:
        return all(_belongs_to(company, replace(defect, related=(other,)), source, row) for other in defect.related)
    text = row[defect.column] if defect.column else ""
    other = {"kontor": "sap", "sap": "kontor"}[source]
    flawed = {one.kind: one.key for one in company.manifest.defects if one.file.endswith(MASTER_FILES[source][:2])}
    match defect.kind:
        case "text_in_number" | "material_with_text_mass":
            return not any(digit in text for digit in "0123456789") or text in {"ca. 0,3", "APPROX 0.3"}
        case "impossible_date":
            return text in {"31.02.2025", "30.02.2025", "31.04.2025", "20250231", "20250230", "20250431"}
        case "missing_value" | "supplier_without_country" | "material_without_group":
            return text == ""
        case "material_without_mass":
            return text in {"", "0.000"}
        case "unknown_unit":
            return text not in {"kg", "t", "Stk", "Tsd", "Pck", "KG", "TO", "G", "ST", "TS"}
        case "unknown_supplier" | "unknown_material" | "unknown_plant":
            place = ("unknown_supplier", "unknown_material", "unknown_plant").index(defect.kind)
            elsewhere = {number.lstrip("0") for number in company.column(other, place)}
            return text not in company.column(source, place) and (text.lstrip("0") in elsewhere or "99" in text)
        case "zero_quantity":
            return _quantity(source, row) == 0
        case "unknown_currency":
            return text == "XXX"
        case "receipt_of_quarantined_supplier":
            return text == flawed["supplier_without_country"]
        case "receipt_of_quarantined_material":
            return text == flawed["material_with_text_mass"]
        case "receipt_without_mass":
            return text == flawed["material_without_mass"]
        case "receipt_without_group":
            return text == flawed["material_without_group"]
        case "storno":
            return text == "X"
        case "pack_without_mass":
            return text == "Pck"
        case "movement_201":
            return text == "201" and row["LIFNR"] == ""
        case "supplier_twice":
            return company.records[defect.file].count(fields) == 2
    return False


def _belongs_to(company: Company, defect: Defect, source: str, row: Row) -> bool:
    """Whether a record and the one it is related to are the pair that the kind says."""
    ((file, record),) = defect.related
    first = company.row(file, record)
    if defect.kind == "reversal":
        receipt, back = (first, row) if row["BWART"] == "102" else (row, first)
        return (
            (receipt["BWART"], back["BWART"], receipt["MENGE"]) == ("101", "102", back["MENGE"])
            and (back["SMBLN"], back["SJAHR"], back["SMBLP"]) == (receipt["MBLNR"], receipt["MJAHR"], receipt["ZEILE"])
            and receipt["BUDAT_MKPF"] <= back["BUDAT_MKPF"]
        )
    changed = {column for column in row if row[column] != first[column]}
    quantity = "Menge" if source == "kontor" else "MENGE"
    return file < defect.file and changed == ({quantity} if defect.kind == "redelivered_changed" else set())
