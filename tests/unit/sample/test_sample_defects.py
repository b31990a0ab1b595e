"""Every bad row is where the manifest says, shows what it says, and is the only one."""

from collections import Counter

import pytest
from parsed_company import KEYS, MATERIAL, PLANT, SUPPLIER, Company, quantity_of, unlisted_records
from shown_defects import shows

from emberlake.sample.kinds import KINDS


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
        assert shows(company, defect), defect


def test_everything_not_listed_is_sound(company: Company) -> None:
    """Records that no manifest line names have known masters, a quantity, and a key of their own."""
    seen = set()
    for source in ("kontor", "sap"):
        suppliers, materials, plants = (company.column(source, place) for place in range(3))
        for file, record in unlisted_records(company, source):
            row = company.row(file, record)
            assert row[SUPPLIER[source]] in suppliers
            assert row[MATERIAL[source]] in materials
            assert row[PLANT[source]] in plants
            assert quantity_of(source, row) != 0
            assert row.get("Storno", "") == ""
            assert row.get("BWART", "101") in {"101", "122"}
            key = (source, *(row[name] for name in KEYS[source]))
            assert key not in seen
            seen.add(key)
