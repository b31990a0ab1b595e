"""The manifest's totals, counted again from the text, and the decisions that leave gaps in them."""

from collections import Counter, defaultdict
from decimal import Decimal

from parsed_company import MATERIAL, Company, group_of_material, quantity_of, sound_records, value_of

from emberlake.sample.masters import GROUPS


def test_totals_are_those_of_the_rows_that_stay(company: Company) -> None:
    """Counted again from the text: records that are neither quarantined, excluded nor superseded."""
    for source in ("kontor", "sap"):
        groups = group_of_material(company, source)
        quantity, value = defaultdict[str, Decimal](Decimal), defaultdict[str, Decimal](Decimal)
        by_group = Counter[str]()
        sound = sound_records(company, source)
        for file, record in sound:
            row = company.row(file, record)
            unit, currency = ("Einheit", "Waehrung") if source == "kontor" else ("MEINS", "WAERS")
            quantity[row[unit]] += quantity_of(source, row)
            value[row[currency]] += value_of(source, row)
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
