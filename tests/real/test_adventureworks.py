"""AdventureWorks from its extracts to an inventory: nothing lost, every trap of the READMEs caught, every number found twice."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from real_lakehouse import ROOT, Real
from second_calculation import Priced, recompute

from support.lakehouses import Built

pytestmark = pytest.mark.slow

RECORDS = {
    "product": 504, "product_category": 4, "product_subcategory": 37, "product_vendor": 460, "unit_measure": 38, "vendor": 104,
    "purchase_order_header": 4012, "purchase_order_detail": 8845, "address": 19614, "business_entity_address": 19614,
    "state_province": 181, "country_region": 238, "currency": 105, "currency_rate": 13532,
}  # fmt: skip
"""Rows of each file, as its README states them."""

LEAD = "adventureworks:"


@pytest.fixture(scope="module")
def again(real: Real) -> list[Priced]:
    return list(recompute(real.data))


def total(rows: list[dict[str, Any]], column: str) -> Decimal:
    return sum((Decimal(row[column]) for row in rows), Decimal(0))


def lines_with_order(real: Real) -> list[dict[str, Any]]:
    heads = {row["purchase_order_id"]: row for row in real.rows("bronze.adventureworks_purchase_order_header")}
    return [{"order": heads[row["purchase_order_id"]], **row} for row in real.rows("bronze.adventureworks_purchase_order_detail")]


def test_every_record_of_every_file_is_accounted_for(real: Real) -> None:
    assert (real.landing.refused, real.landing.unclaimed) == ((), ())
    found = {job: account for job, account in real.run.accounts.items() if job.startswith("bronze.adventureworks_")}
    assert {job.removeprefix("bronze.adventureworks_"): a.input_count for job, a in found.items()} == RECORDS
    assert {a.written_count + a.quarantined_count - a.input_count for a in found.values()} == {0}
    assert {job: real.lakehouse.store.row_count(job) for job in found} == {job: a.written_count for job, a in found.items()}
    assert [job for job, a in found.items() if a.quarantined_count] == []


def test_the_header_of_the_rates_is_counted_apart(real: Real) -> None:
    account = real.run.accounts["bronze.ecb_eurofxref"]
    assert (account.input_count, account.written_count, account.rule_counts) == (7127, 7126, {"EMB-ECB-001": 1})
    assert real.run.accounts["bronze.iso4217_currency"].written_count == 449


def test_orders_have_the_figures_of_the_readme(real: Real) -> None:
    heads = real.rows("bronze.adventureworks_purchase_order_header")
    lines = lines_with_order(real)
    assert [int(total(lines, f"{c}_qty")) for c in ("order", "received", "rejected", "stocked")] == [2348637, 2327299, 72700, 2254599]
    assert (total(heads, "total_due"), total(heads, "freight")) == (Decimal("70479332.6383"), Decimal("1583978.2263"))
    assert Counter(row["status"] for row in heads) == {4: 3689, 1: 225, 3: 86, 2: 12}
    assert (f"{min(r['order_date'] for r in heads)}", f"{max(r['order_date'] for r in heads)}") == ("2022-04-15", "2025-09-21")
    sums: Counter[int] = Counter()
    for row in lines:
        sums[row["purchase_order_id"]] += row["line_total"]  # type: ignore[assignment]
    assert [row["purchase_order_id"] for row in heads if sums[row["purchase_order_id"]] != row["sub_total"]] == []


def test_every_vendor_is_in_the_united_states_whatever_its_name(real: Real) -> None:
    suppliers = real.rows("silver.supplier", "supplier_name", "country_code")
    assert Counter(row["country_code"] for row in suppliers) == {"US": 104}
    assert "Australia Bike Retailer" in {row["supplier_name"] for row in suppliers}
    assert len({row["vendor_id"] for row in real.rows("bronze.adventureworks_purchase_order_header", "vendor_id")}) == 86


def test_codes_lose_their_padding_and_texts_keep_their_letters(real: Real) -> None:
    codes = {row["unit_measure_code"] for row in real.rows("bronze.adventureworks_product_vendor", "unit_measure_code")}
    assert codes == {"EA", "CTN", "CAN", "CS", "GAL", "DZ", "PAK"}
    towns = {row["city"] for row in real.rows("bronze.adventureworks_address", "city")}
    assert {town for town in towns if not str(town).isascii()} == {"München", "Münster", "Mühlheim", "Saarbrücken", "Sèvres"}


def test_goods_receipts_add_up_to_the_lines_by_outcome(real: Real) -> None:
    account = real.run.accounts["silver.goods_receipt/adventureworks"]
    assert (account.input_count, account.written_count, account.quarantined_count, account.excluded_count) == (8845, 8169, 535, 141)
    assert account.rule_counts == {"EMB-GR-301": 141, "EMB-GR-302": 535, "EMB-GR-303": 7}
    lines = lines_with_order(real)
    complete = [row for row in lines if row["order"]["status"] == 4]
    kept = {f"{LEAD}{row['purchase_order_id']}/{row['purchase_order_detail_id']}": row["stocked_qty"] for row in complete}
    receipts = real.rows("silver.goods_receipt", "goods_receipt_id", "quantity")
    assert {row["goods_receipt_id"]: row["quantity"] for row in receipts} == kept
    assert sum(kept.values()) == 2035606


def test_stock_of_orders_that_are_not_complete_waits_and_is_named(real: Real) -> None:
    waiting = [row for row in lines_with_order(real) if row["order"]["status"] != 4 and row["stocked_qty"]]
    assert Counter(row["order"]["status"] for row in waiting) == {1: 477, 2: 57, 3: 1}
    assert total([row for row in waiting if row["order"]["status"] == 2], "received_qty") == 95965
    told = [row for row in real.lakehouse.books.read("quarantine", table_name="silver.goods_receipt") if row["rule_id"] == "EMB-GR-302"]
    assert {row["row_id"] for row in told} == {row["_source_row_id"] for row in waiting}
    rejected = next(row["message"] for row in told if "status 3" in row["message"])
    assert "adventureworks:4/5" in rejected and "1.000000 CTN" in rejected


def test_no_mass_is_made_of_cartons_and_weights_are_those_of_fifteen_products(real: Real) -> None:
    receipts = real.rows("silver.goods_receipt", "material_id", "unit_code", "quantity", "mass_kg", "mass_reason")
    weights = {
        f"{LEAD}{row['product_id']}": row["weight"] / 1000
        for row in real.rows("bronze.adventureworks_product", "product_id", "weight", "weight_unit_measure_code")
        if row["weight_unit_measure_code"] == "G"
    }
    weighed = [row for row in receipts if row["mass_kg"] is not None]
    assert {row["unit_code"] for row in weighed} == {"EA"} and len({row["material_id"] for row in weighed}) == 15
    assert [row for row in weighed if row["mass_kg"] != row["quantity"] * weights[row["material_id"]]] == []
    reasons = {(row["unit_code"], row["mass_reason"]) for row in receipts if row["mass_kg"] is None}
    packs = {(code, "no_mass_in_unit") for code in ("CTN", "CAN", "CS", "PAK", "GAL")}
    assert reasons == packs | {("EA", "no_mass_of_piece"), ("DZ", "no_mass_of_piece")}


def test_units_that_cannot_be_pinned_down_stay_unknown(real: Real) -> None:
    account = real.run.accounts["silver.unit/adventureworks"]
    assert (account.input_count, account.written_count, account.rule_counts["EMB-UNIT-001"]) == (38, 34, 4)
    messages = [row["message"] for row in real.lakehouse.books.read("quarantine", table_name="silver.unit") if row["rule_id"] == "EMB-UNIT-001"]
    assert sorted(message.split()[1] for message in messages) == ["C", "KGV", "OZ", "PCT"]


def test_rates_of_withdrawn_currencies_are_caught(real: Real) -> None:
    account = real.run.accounts["silver.exchange_rate/adventureworks"]
    assert (account.input_count, account.written_count, account.rule_counts) == (13532, 12067, {"EMB-XR-301": 1465})
    rates = real.rows("silver.exchange_rate", "source_system", "to_currency_code")
    kept = {row["to_currency_code"] for row in rates if row["source_system"] == "adventureworks"}
    written = {row["to_currency_code"] for row in real.rows("bronze.adventureworks_currency_rate", "to_currency_code")}
    assert written - kept == {"DEM", "FRF", "VEB"}


def test_the_history_and_the_shipped_rates_agree_where_they_overlap(real: Real) -> None:
    rates: dict[str, dict[Any, Any]] = {"ecb": {}, "reference": {}}
    for row in real.rows("silver.exchange_rate", "source_system", "to_currency_code", "rate_date", "rate"):
        if row["to_currency_code"] == "USD" and row["source_system"] in rates:
            rates[row["source_system"]][row["rate_date"]] = row["rate"]
    shipped, history = rates["reference"], rates["ecb"]
    in_2025 = [day for day in shipped if day.year == 2025]
    assert len(in_2025) == 365 and {day for day in in_2025 if shipped[day] != history[day]} == set()


def test_each_line_costs_and_emits_what_the_second_calculation_says(real: Real, again: list[Priced]) -> None:
    emissions = real.rows("gold.emission", "activity_id", "activity_quantity", "spend_eur", "kgco2e", "reason", "factor_policy_id")
    found = {row["activity_id"]: (row["spend_eur"], row["kgco2e"], row["reason"]) for row in emissions}
    named = {f"3.1:{LEAD}{p.line['PurchaseOrderID']}/{p.line['PurchaseOrderDetailID']}": (p.spend_eur, p.kgco2e, p.reason) for p in again}
    assert len(found) == len(emissions) == 8169
    assert {key: (found.get(key), value) for key, value in named.items() if found.get(key) != value} == {}
    receipts = {row["goods_receipt_id"]: row["spend_usd"] for row in real.rows("silver.goods_receipt", "goods_receipt_id", "spend_usd")}
    assert receipts == {f"{LEAD}{p.line['PurchaseOrderID']}/{p.line['PurchaseOrderDetailID']}": p.spend_usd for p in again}
    assert {row["factor_policy_id"] for row in emissions if row["kgco2e"] is not None} == {"AW-P-1"}


def test_the_inventory_is_that_sum_to_the_last_digit_with_its_coverage(real: Real, again: list[Priced]) -> None:
    cells = real.rows("gold.inventory")
    covered = [p for p in again if p.kgco2e is not None]
    sums = {column: sum((row[column] for row in cells if row[column] is not None), Decimal(0)) for column in ("kgco2e", "spend_eur", "covered_spend_eur")}
    assert sums["kgco2e"] == sum(p.kgco2e for p in covered if p.kgco2e is not None) == Decimal("11570349.217480000000")
    assert sums["spend_eur"] == sum(p.spend_eur for p in again)
    assert sums["covered_spend_eur"] == sum(p.spend_eur for p in covered)
    assert (sum(row["activity_count"] for row in cells), sum(row["covered_activity_count"] for row in cells)) == (8169, 7173)
    assert round(100 * sums["covered_spend_eur"] / sums["spend_eur"], 2) == Decimal("88.41")
    assert {row["kgco2e"] for row in cells if not row["covered_activity_count"]} == {None}


def test_what_no_factor_covers_is_told_with_its_reason(real: Real, again: list[Priced]) -> None:
    emissions = real.rows("gold.emission", "activity_date", "material_name", "kgco2e", "reason")
    assert Counter(row["reason"] for row in emissions) == Counter(p.reason for p in again) == {None: 7173, "not_yet_valid": 797, "no_mapping": 199}
    assert {f"{row['activity_date']:%Y-%m-%d}" < "2024-07-01" for row in emissions if row["reason"] == "not_yet_valid"} == {True}
    unmapped = {str(row["material_name"]).split()[0] for row in emissions if row["reason"] == "no_mapping"}
    assert unmapped >= {"Metal"}


def test_mapping_files_name_things_that_the_source_has(real: Real) -> None:
    products = {str(row["product_id"]): row for row in real.rows("bronze.adventureworks_product")}
    assigned = real.rows("bronze.assignment_material_group", "material_code", "material_name", "material_group_code")
    assert [row for row in assigned if products[row["material_code"]]["name"] != row["material_name"]] == []
    assert [row for row in assigned if products[row["material_code"]]["product_subcategory_id"] is not None] == []
    subcategories = {str(row["product_subcategory_id"]) for row in real.rows("bronze.adventureworks_product_subcategory")}
    mapped = {row["material_group_code"] for row in real.rows("bronze.decision_factor_mapping", "material_group_code")}
    assert mapped <= subcategories | {row["material_group_code"] for row in assigned}
    units = {row["unit_measure_code"] for row in real.rows("bronze.adventureworks_unit_measure")}
    assert {row["unit_code"] for row in real.rows("bronze.assignment_unit")} <= units
    currencies = {row["currency_code"] for row in real.rows("bronze.adventureworks_currency")}
    assert {row["to_currency_code"] for row in real.rows("bronze.adventureworks_currency_rate")} <= currencies


def test_the_lakehouse_of_the_sample_company_knows_nothing_of_this(sample_lakehouse: Built) -> None:
    feeds = [job for job in sample_lakehouse.run.skipped if job.endswith(("/adventureworks", "/ecb"))]
    assert len(feeds) == 7 and {sample_lakehouse.run.skipped[job].endswith("has no rows yet") for job in feeds} == {True}
    systems = sample_lakehouse.lakehouse.store.dataset("silver.exchange_rate").to_table(columns=["source_system"])
    assert set(systems.column("source_system").to_pylist()) == {"reference"}


def test_nothing_of_the_package_knows_these_sources_but_their_own_feeds() -> None:
    package = ROOT / "src" / "emberlake"
    modules = {str(path.relative_to(package)) for path in package.rglob("*.py") if "adventureworks" in path.read_text("utf-8")}
    tables = ("exchange_rate", "goods_receipt", "material", "plant", "supplier", "unit")
    assert modules == {f"silver/{table}/adventureworks.py" for table in tables}
