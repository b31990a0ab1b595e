"""What silver.goods_receipt makes of the German goods receipts."""

from pathlib import Path

from pyspark.sql import SparkSession
from receipts import inputs, outcome

from emberlake.contracts import rows as row_rules
from emberlake.runtime.conform import cast_rules, conform
from emberlake.silver.goods_receipt.kontor import goods_receipt
from support.tables import contracts, frame, read, table


def test_cases(spark: SparkSession) -> None:
    found, wanted = outcome(spark, goods_receipt, "kontor", belegnummer="WE1")
    assert found == wanted


def test_amounts_too_large_to_be_kept_stop_no_build(spark: SparkSession) -> None:
    """The source's columns hold fifteen and sixteen digits, silver's twelve: such a line must fail a rule, alone."""
    case = read(Path(__file__).parent / "cases" / "goods_receipt_kontor.yaml")
    sound = table(case["given"]["bronze.kontor_wareneingang"])[0]
    lines = [sound, sound | {"position": "2", "menge": "1000000000000.000"}, sound | {"position": "3", "nettowert": "1000000000000.00"}]
    frames = inputs(spark, case) | {"kontor_wareneingang": frame(spark, "bronze.kontor_wareneingang", lines, belegnummer="WE1")}
    contract = contracts()["silver.goods_receipt"]
    result = conform(goods_receipt(**frames), contract, ("is_cancelled",))
    rules = cast_rules(contract, result) + contract.rules
    broken = [f"if({row_rules.broken(rule)}, '{rule.id}', null)" for rule in rules]
    found = result.selectExpr("goods_receipt_id", f"array_compact(array({', '.join(broken)})) as broken").collect()
    assert {row["goods_receipt_id"]: row["broken"] for row in found} == {
        "kontor:WE1/1": [],
        "kontor:WE1/2": ["silver.goods_receipt.quantity.type"],
        "kontor:WE1/3": ["EMB-GR-007"],
    }
