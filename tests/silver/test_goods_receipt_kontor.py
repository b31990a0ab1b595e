"""What silver.goods_receipt makes of the German goods receipts."""

from pathlib import Path

from pyspark.sql import SparkSession
from receipts import inputs, outcome_agrees

from emberlake.runtime.conform import cast_rules, conform
from emberlake.silver.goods_receipt.kontor import goods_receipt
from support.tables import contracts, frame, read, table


def test_cases(spark: SparkSession) -> None:
    outcome_agrees(spark, goods_receipt, "kontor", belegnummer="WE1")


def test_amounts_too_large_to_be_kept_stop_no_build(spark: SparkSession) -> None:
    """The source's columns hold fifteen and sixteen digits, silver's twelve: such a line must fail a rule, alone."""
    case = read(Path(__file__).parent / "cases" / "goods_receipt_kontor.yaml")
    sound = table(case["given"]["bronze.kontor_wareneingang"])[0]
    lines = [sound, sound | {"position": "2", "menge": "1000000000000.000"}, sound | {"position": "3", "nettowert": "1000000000000.00"}]
    frames = inputs(spark, case) | {"kontor_wareneingang": frame(spark, "bronze.kontor_wareneingang", lines, belegnummer="WE1")}
    contract = contracts()["silver.goods_receipt"]
    result = conform(goods_receipt(**frames), contract, ("is_cancelled",))
    required = ["quantity is not null", "spend_eur is not null and spend_usd is not null"]
    holds = " and ".join(f"({p})" for p in [*required, *(rule.predicate for rule in cast_rules(contract, result))])
    kept = {row["goods_receipt_id"]: row["kept"] for row in result.selectExpr("goods_receipt_id", f"{holds} as kept").collect()}
    assert kept == {"kontor:WE1/1": True, "kontor:WE1/2": False, "kontor:WE1/3": False}
