"""What silver.emission_factor makes of published factors."""

import csv
from pathlib import Path
from typing import Any

import pytest
from bronze import ROOT, cases, columns, landed, rules
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from emberlake.silver.emission_factor.reference import emission_factor

BRONZE, CONTRACT = "bronze/reference/emission_factor", "silver/emission_factor/contract"
FIXTURE = ROOT.parent / "shared/data/peers/ignite_negative_fixture/kg_vs_tonnes_rows.csv"

USUAL = {
    "activity_code": "material/metal",
    "activity_name": "Metal",
    "geography_code": "GB",
    "boundary": "cradle-to-gate",
    "published_unit": "as given",
    "amount_unit": "kg",
    "gwp_set": "AR5",
    "valid_from_date": "2025-01-01",
    "valid_to_date": "2025-12-31",
    "published_date": "2025-06-10",
    "release": "edition",
    "source": "publisher",
    "source_locator": "row 1",
    "licence": "OGL-3.0",
}


@pytest.mark.parametrize("case", cases("emission_factor"), ids=lambda case: case["case"])
def test_cases(spark: SparkSession, case: dict[str, Any]) -> None:
    result = emission_factor(landed(spark, BRONZE, [USUAL | row for row in case["in"]])).collect()
    actual = [
        [
            row["factor_id"],
            row["gas"],
            row["per_unit_code"],
            None if row["kgco2e_per_unit"] is None else f"{row['kgco2e_per_unit']:f}",
            f"{row['published_value']:f}".rstrip("0").rstrip(".") or "0",
            row["has_siblings_in_doubt"],
            row["is_lead_gas"],
        ]
        for row in result
    ]
    assert sorted(actual, key=str) == sorted(case["out"], key=str)


def test_shipped_factors_break_no_rule(spark: SparkSession) -> None:
    shipped: list[dict[str, str]] = []
    for path in sorted((ROOT / "src/emberlake/reference/emission_factor").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            shipped += csv.DictReader(file)
    result = emission_factor(landed(spark, BRONZE, shipped)).cache()
    assert set(result.columns) == set(columns(CONTRACT))
    assert len(shipped) > 2000
    assert broken(result) == {rule: [] for rule in rules(CONTRACT)}
    assert result.where("is_lead_gas").count() == len(shipped) == len({row["factor_id"] for row in shipped})
    assert result.select("emission_factor_id").distinct().count() == result.count()
    steel = result.where("activity_code = 'material/metal-steel-cans/primary-material-production'").collect()
    assert [(row["per_unit_code"], f"{row['kgco2e_per_unit']:f}") for row in steel] == [("kg", "2.863901310000")]
    result.unpersist()


@pytest.mark.skipif(not FIXTURE.exists(), reason="the collected real data lie beside the checkout, not in it")
def test_published_factors_that_mix_up_kilograms_and_tonnes_are_all_in_doubt(spark: SparkSession) -> None:
    with FIXTURE.open(encoding="utf-8-sig", newline="") as file:
        published = [as_reference(row) for row in csv.DictReader(file)]
    assert {row["per_unit"] for row in published} == {"kg", "t"}
    result = emission_factor(landed(spark, BRONZE, published))
    contradicted = broken(result)["EMB-EF-002"]
    assert sorted(contradicted) == sorted(row["factor_id"] for row in published)


def as_reference(row: dict[str, str]) -> dict[str, str]:
    """A row of that publication in the shape of our reference files."""
    value = row["Emission factor [kg CO2e/unit]"]
    return USUAL | {
        "factor_id": row["Readable unique string"],
        "activity_code": row["Activity L1"],
        "geography_code": row["Region"],
        "published_value": value,
        "co2e": value,
        "published_unit": f"kg CO2e/{row['Activity unit']}",
        "per_unit": {"kg": "kg", "tonnes": "t"}[row["Activity unit"]],
        "gwp_set": "AR6",
        "source": row["Source"],
        "source_locator": row["Link"],
    }


def broken(result: DataFrame) -> dict[str, list[str]]:
    """Factors that break each rule of the contract; a rule that is NULL does not hold."""
    found = {rule: [row["factor_id"] for row in result.where(~F.coalesce(F.expr(holds), F.lit(False))).collect()] for rule, holds in rules(CONTRACT).items()}
    assert found, f"no rules in {Path(CONTRACT)}"
    return found
