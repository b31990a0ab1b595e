"""The sample company from its extracts to the inventory, against its manifest and against a second calculation."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from emberlake.sample import Defect, Manifest, make
from emberlake.sample.kinds import KINDS
from support.cells import inventory
from support.oracle import Company
from support.world import Row, World, total

RECEIPTS = {"kontor": "bronze.kontor_wareneingang", "sap": "bronze.sap_mseg"}
BRONZE = {
    "kontor/wareneingang": RECEIPTS["kontor"], "kontor/artikel": "bronze.kontor_artikel",
    "kontor/lieferant": "bronze.kontor_lieferant", "sap/MSEG": RECEIPTS["sap"], "sap/MARA": "bronze.sap_mara",
    "sap/LFA1": "bronze.sap_lfa1",
}  # fmt: skip
RULE_OF_MOVEMENT = {"101": "EMB-GR-203", "102": "EMB-GR-202"}


def bronze_of(defect: Defect) -> str:
    return next(table for start, table in BRONZE.items() if defect.file.startswith(start))


def of_source(rows: Iterable[Row], source: str) -> list[Row]:
    return [row for row in rows if row["source_system"] == source]


def same_name(text: str) -> str:
    """`WerkNr`, `werk_nr`: one column in two spellings."""
    return text.replace("_", "").casefold()


def expected_rule(defect: Defect) -> tuple[str, str]:
    """Table in whose quarantine a bad row must be, and the rule that puts it there."""
    bronze = bronze_of(defect)
    if defect.rule == "silver.supplier: required":
        return "silver.supplier", "silver.supplier.country_code.required"
    if defect.rule.startswith("EMB-"):
        return "silver.goods_receipt", defect.rule
    if defect.rule == "bronze: fields":
        return bronze, f"{bronze}.record"
    column = {"GewichtKgJeStueck": "gewicht_kg_je_stueck", "LieferantenNr": "lieferanten_nr", "ArtikelNr": "artikel_nr", "WerkNr": "werk_nr"}
    return bronze, f"{bronze}.{column.get(defect.column, defect.column.lower())}.{ {'bronze: cast': 'type', 'bronze: required': 'required'}[defect.rule] }"


def test_every_file_is_landed_and_the_manifest_is_none(world: World) -> None:
    landed = {row["file_name"]: row for row in world.built.landing.landed}
    assert not world.built.landing.refused and not world.built.landing.unclaimed
    for entry in world.manifest.files:
        assert (landed[entry.file]["record_count"], landed[entry.file]["file_hash"]) == (entry.rows, entry.sha256)


def test_quarantine_holds_the_bad_rows_of_the_manifest_and_nothing_else(world: World) -> None:
    expected = {(*expected_rule(d), world.row_id(d.file, d.record)) for d in world.defects("quarantine")}
    found = [(row["table_name"], row["rule_id"], row["row_id"]) for row in world.quarantine]
    assert Counter(found) == Counter(expected)
    assert len(expected) == len(world.defects("quarantine"))


def test_quarantine_tells_value_and_column(world: World) -> None:
    found = {(row["table_name"], row["row_id"]): row for row in world.quarantine}
    for defect in world.defects("quarantine"):
        record = world.records[defect.file, defect.record]
        table, rule = expected_rule(defect)
        row = found[table, record.row_id]
        message = row["message"]
        assert row["source_file"] == record.row_id.split(":")[0], defect
        if table.startswith("bronze."):
            assert row["source_line"] == defect.line, defect
        if rule.endswith(".record"):
            fields = 21 if "MSEG" in defect.file else 12
            off = fields + 1 if defect.kind == "too_many_fields" else fields * 2 // 3
            assert f"has {off} fields where {fields} are expected" in message, defect
        elif rule.endswith((".type", ".required")):
            assert same_name({"Land": "country_code", "LAND1": "country_code"}.get(defect.column, defect.column)) in same_name(message), defect
            assert record[defect.column] in message, defect
        else:
            key = defect.key.replace("|", "/")
            assert f"{defect.file.split('/')[0]}:{key}" in message, defect
            assert ("quantity 0;" if rule == "EMB-GR-006" else record[defect.column]) in message, defect
        assert json.loads(row["raw_row"]), defect


def test_excluded_rows_are_counted_by_what_excludes_them(world: World) -> None:
    expected: dict[str, Counter[str]] = {"kontor": Counter(), "sap": Counter()}
    excluded = {"storno": "EMB-GR-101", "movement_201": "EMB-GR-201"}
    standing = {row["_source_row_id"] for row in world.receipts}
    for defect in world.defects("exclude"):
        record = world.records[defect.file, defect.record]
        rule = excluded.get(defect.kind) or RULE_OF_MOVEMENT[record["BWART"]]
        expected[defect.file.split("/")[0]][rule] += 1
        assert record.row_id not in standing, defect
    assert {rule for counts in expected.values() for rule in counts} == {"EMB-GR-101", "EMB-GR-201", "EMB-GR-202", "EMB-GR-203"}
    for source, counts in expected.items():
        account = world.run.accounts[f"silver.goods_receipt/{source}"]
        assert account.excluded_count == counts.total()
        assert {rule: n for rule, n in account.rule_counts.items() if rule in counts} == counts


def test_of_a_line_that_came_twice_the_later_one_stands(world: World) -> None:
    merged: Counter[str] = Counter()
    standing = {row["_source_row_id"] for table in ("silver.goods_receipt", "silver.supplier") for row in world.rows(table)}
    wrong = []
    for defect in world.defects("merge"):
        merged[f"silver.{'supplier' if defect.kind == 'supplier_twice' else 'goods_receipt'}/{defect.file.split('/')[0]}"] += 1
        for file, record in defect.related:
            if world.row_id(defect.file, defect.record) not in standing or world.row_id(file, record) in standing:
                wrong.append((defect.kind, defect.key))
    assert {job: a.merged_count for job, a in world.run.accounts.items() if a.merged_count} == dict(merged)
    assert not wrong, "the first delivery stands instead of the second"


def test_rows_with_a_warning_stay_and_say_what_they_lack(world: World) -> None:
    receipts = {row["_source_row_id"]: row for row in world.receipts}
    emissions = {row["_source_row_id"]: row for row in world.emissions}
    materials = {row["_source_row_id"]: row for row in world.rows("silver.material")}
    reasons = {"receipt_without_mass": "no_mass_of_piece", "pack_without_mass": "no_mass_in_unit"}
    told = Counter()
    for defect in world.defects("warn"):
        row_id = world.row_id(defect.file, defect.record)
        if defect.kind.startswith("material_"):
            assert materials[row_id]["mass_kg_per_piece" if defect.rule == "no_mass" else "material_group_code"] is None
            continue
        receipt, emission = receipts[row_id], emissions[row_id]
        if defect.rule == "no_mapping":
            assert (receipt["material_group_code"], emission["reason"], emission["kgco2e"]) == (None, "no_mapping", None)
            continue
        assert (receipt["mass_kg"], receipt["mass_reason"]) == (None, reasons[defect.kind])
        by_mass = emission["method"] == "average-data"
        told[by_mass] += 1
        assert (emission["reason"], emission["kgco2e"] is None) == (("no_mass", True) if by_mass else (None, False))
    assert told[True] and told[False], "a pack without a mass must be seen under both methods"


def test_all_kinds_of_defect_are_looked_at(world: World) -> None:
    assert {d.kind for d in world.manifest.defects} == set(KINDS)
    assert {d.severity for d in world.manifest.defects} == {"quarantine", "exclude", "merge", "warn"}


def test_goods_receipts_have_the_control_totals_of_the_manifest(world: World) -> None:
    for source in ("kontor", "sap"):
        rows, expected = of_source(world.receipts, source), world.manifest.total(source)
        assert control_totals(rows) == manifest_totals(world.manifest, source)
        assert len(rows) == len({row["goods_receipt_id"] for row in rows}) == expected.receipts


def control_totals(rows: list[Row]) -> tuple[int, dict[str, Decimal], dict[str, Decimal], dict[str, int]]:
    quantity: dict[str, Decimal] = defaultdict(Decimal)
    value: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        quantity[row["unit_code"]] += row["quantity"]
        value[row["currency_code"]] += row["net_amount"]
    return len(rows), dict(quantity), dict(value), dict(Counter(row["material_group_code"] or "" for row in rows))


def manifest_totals(manifest: Manifest, source: str) -> tuple[int, dict[str, Decimal], dict[str, Decimal], dict[str, int]]:
    of = manifest.total(source)
    quantity, value = ({code: Decimal(text) for code, text in sums.items()} for sums in (of.quantity, of.value))
    return of.receipts, quantity, value, {group: count for group, count in of.receipts_by_group.items() if count}


def test_goods_receipts_equal_the_second_calculation(world: World) -> None:
    expected = {
        row_id: (r.line.receipt_id, r.line.posted, r.line.quantity, r.line.amount, r.mass_kg, r.spend_eur, r.spend_usd)
        for row_id, r in world.written.items() if r.line
    }  # fmt: skip
    columns = ("goods_receipt_id", "posting_date", "quantity", "net_amount", "mass_kg", "spend_eur", "spend_usd")
    assert differing({row["_source_row_id"]: tuple(row[c] for c in columns) for row in world.receipts}, expected) == {}


def test_emissions_equal_the_second_calculation_to_the_last_digit(world: World) -> None:
    expected = {}
    for row_id, receipt in world.written.items():
        for gas, kgco2e in (receipt.gases or {"CO2e": None}).items():
            expected[row_id, gas] = (receipt.method, receipt.factor, receipt.policy, kgco2e, receipt.reason)
    columns = ("method", "factor_id", "factor_policy_id", "kgco2e", "reason")
    found = {(row["_source_row_id"], row["gas"]): tuple(row[c] for c in columns) for row in world.emissions}
    assert len(found) == len(world.emissions)
    assert differing(found, expected) == {}
    assert sum(values[3] is not None for values in expected.values()) > 9000
    assert {values[4] for values in expected.values()} == {None, "no_factor", "no_mapping", "no_mass"}


def test_inventory_equals_the_second_calculation(world: World) -> None:
    expected = inventory(world.company)
    names = list(next(iter(expected.values())))
    found = {(c["period"], c["method"], c["plant_id"]): {name: c[name] for name in names} for c in world.cells}
    assert len(found) == len(world.cells)
    assert differing(found, expected) == {}
    assert {"average-data", "spend-based", "unmapped"} == {method for _, method, _ in expected}


def differing(found: dict[Any, Any], expected: dict[Any, Any]) -> dict[Any, Any]:
    """Up to five keys with what was found and what was expected, where they differ."""
    keys = [key for key in found.keys() | expected.keys() if found.get(key) != expected.get(key)]
    return {key: (found.get(key), expected.get(key)) for key in sorted(keys, key=str)[:5]}


def test_nothing_is_lost_from_receipt_to_inventory(world: World) -> None:
    counted = [row for row in world.emissions if row["counts_activity"]]
    assert len(world.receipts) == len(world.activities) == len(counted) == sum(cell["activity_count"] for cell in world.cells)
    for measure in ("mass_kg", "spend_eur"):
        assert total(world.receipts, measure) == total(world.activities, measure) == total(counted, measure) == total(world.cells, measure) != 0
    assert total(world.emissions, "kgco2e") == total(world.cells, "kgco2e") > 10**8
    covered = [row for row in counted if row["kgco2e"] is not None]
    assert sum(cell["covered_activity_count"] for cell in world.cells) == len(covered)
    assert total(world.cells, "covered_spend_eur") == total(covered, "spend_eur")
    assert total(world.cells, "covered_mass_kg") == total(covered, "mass_kg")
    assert all((row["kgco2e"] is None) == (row["reason"] is not None) for row in world.emissions)
    choices = world.rows("gold.factor_choice")
    assert sum(row["activity_count"] for row in choices) == sum(row["reason"] is None for row in world.activities)


@pytest.mark.parametrize("seed", [2, 3])
def test_the_second_calculation_meets_the_manifest_of_other_seeds(tmp_path: Path, seed: int) -> None:
    """Keeps the second calculation honest about what it takes for a receipt, without a run."""
    manifest = make(tmp_path, seed=seed)
    company = Company(tmp_path)
    for source in ("kontor", "sap"):
        rows = [
            {"quantity": r.line.quantity, "unit_code": r.line.unit, "net_amount": r.line.amount, "currency_code": r.line.currency,
             "material_group_code": company.materials[source][r.line.material].group}
            for r in company.receipts if r.outcome == "written" and r.source == source and r.line
        ]  # fmt: skip
        assert control_totals(rows) == manifest_totals(manifest, source)
        outcomes = Counter(r.outcome for r in company.receipts if r.source == source)
        receipts = [d for d in manifest.defects if d.file.startswith("kontor/wareneingang" if source == "kontor" else "sap/MSEG")]
        for severity, outcome in (("quarantine", "quarantined"), ("exclude", "excluded"), ("merge", "merged")):
            assert outcomes[outcome] == sum(d.severity == severity for d in receipts), (source, outcome)
