"""What silver.unit makes of the unit sets."""

import csv
from typing import Any

import pytest
from bronze import ROOT, cases, columns, landed, rules
from pyspark.sql import SparkSession

from emberlake.silver.unit.reference import unit

CONTRACT = "silver/unit/contract"


def test_cases(spark: SparkSession) -> None:
    given = cases("unit")
    result = unit(landed(spark, "bronze/reference/unit", [case["in"] for case in given]))
    rows = {row["unit_id"]: row for row in result.collect()}
    for case in given:
        row = rows[case["out"]["unit_id"]]
        size = row["base_per_unit"]
        actual: dict[str, Any] = {**row.asDict(), "base_per_unit": None if size is None else f"{size.normalize():f}"}
        assert {key: actual[key] for key in case["out"]} == case["out"], case["case"]


def test_every_shipped_unit_is_known(spark: SparkSession) -> None:
    with (ROOT / "src/emberlake/reference/unit/units.csv").open(encoding="utf-8", newline="") as file:
        shipped = list(csv.DictReader(file))
    result = unit(landed(spark, "bronze/reference/unit", shipped))
    assert set(result.columns) == set(columns(CONTRACT))
    known = result.where(rules(CONTRACT)["EMB-UNIT-001"])
    assert known.select("unit_id").distinct().count() == len(shipped) > 60


@pytest.mark.parametrize("code", ["sap:ST", "sap:KG", "sap:TO", "sap:G", "sap:TS", "kontor:Stk", "kontor:t", "unece:KGM"])
def test_codes_of_the_sample_are_shipped(code: str) -> None:
    with (ROOT / "src/emberlake/reference/unit/units.csv").open(encoding="utf-8", newline="") as file:
        assert code in {f"{row['unit_set']}:{row['unit_code']}" for row in csv.DictReader(file)}
