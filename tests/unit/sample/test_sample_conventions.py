"""What is peculiar to the extracts of each ERP, and what they have in common."""

from collections import Counter
from datetime import datetime

import pytest
from parsed_company import Company, sound_records

from emberlake.sample.masters import GROUPS, masters


def test_kontor_is_not_utf8_and_has_its_quirks(company: Company) -> None:
    """Umlauts in one byte, German decimals, quoted semicolons, doubled quotes and line breaks within a record."""
    suppliers = company.landing / "kontor/lieferant_20251231.csv"
    with pytest.raises(UnicodeDecodeError):
        suppliers.read_bytes().decode("utf-8")
    rows = [company.row(file, record) for file, record in sound_records(company, "kontor")]
    assert any("ä" in row["Bemerkung"] and "\n" in row["Bemerkung"] for row in rows)
    assert any(";" in row["Bemerkung"] for row in rows)
    assert any('"' in row["Bemerkung"] for row in rows)
    assert any("." in row["Menge"] and row["Menge"].count(",") == 1 for row in rows)
    assert {row["Waehrung"] for row in rows} == {"EUR", "CHF", "PLN", "USD"}
    assert {row["Einheit"] for row in rows} == {"kg", "t", "Stk", "Tsd", "Pck"}


def test_sap_conventions(company: Company) -> None:
    """Leading zeros, a fiscal year from April, returns unsigned in MENGE and with a minus behind DMBTR from July."""
    rows = [company.row(file, record) for file, record in sound_records(company, "sap")]
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
    ordered = [row for row in (company.row(*one) for one in sound_records(company, "sap")) if row["EBELN"]]
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
