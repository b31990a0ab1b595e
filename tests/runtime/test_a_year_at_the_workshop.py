"""One story through the whole runner: first load, nothing new, a fix, a late change, one period alone, a changed factor decision."""

from decimal import Decimal

import pytest
from pyspark.sql import SparkSession

from emberlake.errors import EmberlakeError
from emberlake.runtime.fixes import fix
from emberlake.runtime.preview import preview
from emberlake.runtime.release import in_force, release_at
from emberlake.runtime.run import Selection, plan
from support.workshop import MASTERS, Workshop

STEEL = Decimal("2.86390131")  # kgco2e/kg, DESNZ 2025, metal: steel cans, primary
PAINT = Decimal("0.291")  # kgco2e/USD 2022, EPA SEF 1.3.0, NAICS 325510 with margins
USD = Decimal("1.03")  # for one euro on 2025-01-15, ECB


def total(workshop: Workshop, versions: dict[str, int]) -> Decimal:
    return sum((row["kgco2e"] for row in workshop.rows("gold.inventory", versions["gold.inventory"]) if row["kgco2e"] is not None), Decimal(0))


@pytest.mark.slow
def test_the_year(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> None:
    shop = Workshop(tmp_path_factory.mktemp("workshop"))
    books, store = shop.lakehouse.books, shop.lakehouse.store

    # January: wire by mass, screws by piece, paint by spend, a cancelled line, and a unit that nobody knows.
    shop.deliver_masters()
    shop.deliver_receipts(
        "2025-01", "R1;1;15.01.2025;1;7;D1;1.250,5;kg;900,00;EUR;;", "R2;1;15.01.2025;1;7;S1;4;Tsd;50,00;EUR;;",
        "R3;1;15.01.2025;1;8;F1;20;kg;300,00;EUR;;", "R4;1;16.01.2025;1;7;D1;10;kg;9,00;EUR;X;", "R5;1;16.01.2025;1;7;D1;2;Zentner;80,00;EUR;;",
    )  # fmt: skip
    assert shop.land().refused == ()
    first = shop.run()
    released = in_force(shop.lakehouse)
    spend_usd = (Decimal("300.00") * USD).quantize(Decimal("0.000001"))
    expected = (Decimal("1250.5") + Decimal("4000") * Decimal("0.0125")) * STEEL + spend_usd * PAINT
    assert total(shop, released) == expected
    receipts = first.accounts["silver.goods_receipt/kontor"]
    assert (receipts.input_count, receipts.written_count, receipts.excluded_count, receipts.quarantined_count) == (5, 3, 1, 1)
    assert receipts.rule_counts == {"EMB-GR-101": 1, "EMB-GR-004": 1}
    assert receipts.controls["spend_eur"] == "1250.000000"

    # Nothing new: nothing is built, nothing is released.
    again = shop.run()
    assert again.accounts == {} and again.release_id is None and in_force(shop.lakehouse) == released

    # The unknown unit is corrected by a new bronze row; the old one is held back, and counted.
    open_rows = books.read("quarantine", table_name="silver.goods_receipt")
    assert [row["rule_id"] for row in open_rows] == ["EMB-GR-004"] and "Zentner" in open_rows[0]["message"]
    row_id = open_rows[0]["row_id"]
    with pytest.raises(EmberlakeError, match="needs an author"):
        fix(shop.lakehouse, row_id, {"Einheit": "kg"}, "", "hundredweight")
    with pytest.raises(EmberlakeError, match="has no column Unit"):
        fix(shop.lakehouse, row_id, {"Unit": "kg"}, "B. Lager", "hundredweight")
    fix(shop.lakehouse, row_id, {"Einheit": "kg", "Menge": "100,0"}, "B. Lager", "2 hundredweight are 100 kg")
    fixed = shop.run()
    assert fixed.accounts["silver.goods_receipt/kontor"].rule_counts["bronze.kontor_wareneingang.corrected"] == 1
    assert books.read("quarantine", table_name="silver.goods_receipt") == []
    with pytest.raises(EmberlakeError, match="corrected already"):
        fix(shop.lakehouse, row_id, {"Einheit": "kg"}, "B. Lager", "again")
    expected += Decimal(100) * STEEL
    assert total(shop, in_force(shop.lakehouse)) == expected

    # February brings a line of January again, with another quantity: the ledger takes back the old posting.
    shop.deliver_receipts("2025-02", "R1;1;15.01.2025;1;7;D1;1.000;kg;720,00;EUR;;", "R6;1;03.02.2025;1;7;D1;7;kg;5,00;EUR;;")
    shop.land()
    shop.run("bronze.kontor_wareneingang", publish=False)
    told = {seen.job: (seen.scope, seen.group_count) for seen in preview(shop.lakehouse, Selection())}
    assert told["silver.goods_receipt/kontor"] == ("since", 2)  # R1 again, and R6
    assert (told["gold.emission"], told["silver.plant/kontor"]) == (("follows", None), ("nothing", None))
    late = shop.run()
    assert late.accounts["silver.goods_receipt/kontor"].merged_count == 1
    assert (late.accounts["gold.emission"].written_count, late.accounts["gold.emission"].unchanged_count) == (2, 0)
    assert books.last_commit("gold.emission", None)["scope"] == "since"  # what no change reaches is not even computed
    before, expected = expected, expected - Decimal("250.5") * STEEL + Decimal(7) * STEEL
    assert total(shop, in_force(shop.lakehouse)) == expected
    postings = [row for row in shop.rows("gold.emission") if row["activity_id"] == "3.1:kontor:R1/1"]
    assert sorted((row["weight"], row["mass_kg"]) for row in postings) == [(-1, Decimal("-1250.5")), (1, Decimal("1000")), (1, Decimal("1250.5"))]
    assert sum(row["kgco2e"] for row in shop.rows("gold.emission")) == expected
    moments = sorted({row["released_at"] for row in books.releases()})
    assert total(shop, release_at(shop.lakehouse, moments[1])) == before

    # One period alone leaves the other as it stands, and accounts for it.
    alone = shop.run("gold.inventory", period="2025-02")
    account = alone.accounts["gold.inventory"]
    assert (account.unchanged_count, account.out_of_scope_count, account.written_count) == (1, 4, 0)

    # Another decision: paint is no longer mapped. Its activity keeps its row, with the reason and without a number.
    changed = "\n".join(line for line in MASTERS["decision/factor_mapping.csv"].splitlines() if ",M2," not in line) + "\n"
    shop.deliver("decision/factor_mapping.csv", changed)
    assert "the file changed" in shop.land().landed[0]["message"]
    assert {at.feed.job: at.cause for at in plan(shop.lakehouse, Selection()) if at.cause}["bronze.decision_factor_mapping"] == "1 new file"
    decided = shop.run()
    assert decided.accounts["silver.factor_mapping/decision"].deleted_count == 1
    unpriced = [row for row in shop.rows("gold.inventory") if row["method"] == "unmapped"]
    assert [(row["kgco2e"], row["covered_activity_count"], row["reasons"]) for row in unpriced] == [(None, 0, "no_mapping")]
    assert total(shop, in_force(shop.lakehouse)) == expected - spend_usd * PAINT
    assert all(store.row_count(t) >= 0 for t in in_force(shop.lakehouse))
