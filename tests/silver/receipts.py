"""How the tests of goods receipts are run: a file of cases, through its function, in one Spark action."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from support.tables import Row, asked, frame, judged, read, shown, table


def outcome(spark: SparkSession, function: Callable[..., DataFrame], feed: str, **usual: Any) -> tuple[list[Row], list[Row]]:
    """Rows out and those of the case, one for one; the rows under `whole` say everything about a line."""
    case = read(Path(__file__).parent / "cases" / f"goods_receipt_{feed}.yaml")
    rows = judged(function(**inputs(spark, case, **usual)), "silver.goods_receipt", feed).collect()
    expected, whole = table(case["then"]), table(case["whole"])
    columns = [column for column in expected[0] if column != "case"]
    ids = {row["goods_receipt_id"] for row in whole}
    described = [row for row in rows if row["goods_receipt_id"] in ids]
    return shown(rows, columns) + shown(described, list(whole[0])), asked(expected) + asked(whole)


def inputs(spark: SparkSession, case: dict[str, Any], **usual: Any) -> dict[str, DataFrame]:
    """The frames that the function takes, by parameter."""
    frames = {}
    for name, text in case["given"].items():
        rows = table(text)
        if name == "bronze.sap_mseg":
            rows = [{"mandt": "100", "mjahr": "2025"} | row for row in rows]
        if name == "silver.exchange_rate":
            rows = [{"source_system": "reference"} | row for row in rows]
        frames[name.split(".")[1]] = frame(spark, name, rows, **(usual if name.endswith("wareneingang") else {}))
    return frames
