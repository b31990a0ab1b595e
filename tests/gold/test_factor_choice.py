"""Which factor answers which question, and why not another."""

from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from emberlake.gold.factor_choice import factor_choice
from support.tables import frame, judged, plain, read, table, text

GROUPS = read(Path(__file__).parent / "cases" / "factor_choice.yaml")
USUAL = {
    "method": "average-data",
    "unit": "kg",
    "place": "DE",
    "per_unit_code": "kg",
    "geography_code": "DE",
    "factor": "",
    "policy": "",
    "reason": "",
    "value": "",
}
FACTOR = {"gas": "CO2", "is_lead_gas": True}
# Arrivals: what is chosen was known when the last of question, factor and policy had come.
ASKED_AT, FACTOR_AT, POLICY_AT = "2026-01-02 08:00:00", "2026-01-03 08:00:00", "2026-01-04 08:00:00"


def test_cases(spark: SparkSession) -> None:
    """All groups in one action: each is an organisation of its own, with codes and ids of its own."""
    activities, factors, policies, expected = [], [], [], {}
    for number, group in enumerate(GROUPS):
        own = f"{number}/"
        for row in table(group["factors"]):
            factors += gases(USUAL | row, own)
        for row in table(group["policies"]) if "policies" in group else []:
            policies.append({"method": "average-data"} | row | {"organisation_id": own, "factor_policy_id": own + row["factor_policy_id"]})
        for row in table(group["questions"]):
            question = USUAL | {name: cell for name, cell in row.items() if cell or name not in ("method", "unit", "place")}
            activities += [asking(question, own)] * 2
            expected[own, question["activity_code"], question["method"], question["place"], question["day"]] = (
                question["factor"], plain(question["value"]), question["policy"], question["reason"], question["rejected"], "2", known_at(question),
            )  # fmt: skip
    result = factor_choice(
        frame(spark, "gold.activity", activities, known_at=ASKED_AT),
        frame(spark, "silver.emission_factor", reversed(factors), known_at=FACTOR_AT),
        frame(spark, "silver.factor_policy", policies, known_at=POLICY_AT),
    )
    values = {row["factor_id"]: row["kgco2e_per_unit"] for row in factors if row.get("kgco2e_per_unit")}
    found = {}
    for row in judged(result, "gold.factor_choice").collect():
        assert row["rules"] == "", row
        own = row["organisation_id"]
        key = (own, row["activity_code"].removeprefix(own), row["method"], row["geography_code"], str(row["activity_date"]))
        rejected = ", ".join(f"{r['factor_id'].removeprefix(own).split(':')[-1]} {r['reason']}" for r in row["rejected_candidates"])
        chosen = (row["factor_id"] or "").removeprefix(own).split(":")[-1]
        found[key] = (
            chosen, plain(values.get(row["factor_id"], "")), (row["factor_policy_id"] or "").removeprefix(own), text(row["reason"]),
            rejected, str(row["activity_count"]), text(row["known_at"]),
        )  # fmt: skip
    assert found == expected
    assert len({row["factor_choice_id"] for row in result.select("factor_choice_id").collect()}) == len(expected)


def gases(row: dict[str, str], own: str) -> list[dict[str, Any]]:
    """A factor with two gases, of which one leads: it is still one candidate. Ids are unique by code."""
    factor = {name: cell for name, cell in row.items() if name not in ("method", "unit", "place", "factor", "policy", "reason", "value")}
    factor |= {"activity_code": own + row["activity_code"], "factor_id": f"{own}{row['activity_code']}:{row['factor_id']}"}
    return [factor | FACTOR, factor | {"gas": "CH4", "is_lead_gas": False, "kgco2e_per_unit": ""}] if not row.get("kgco2e_per_unit") else [factor | FACTOR]


def asking(question: dict[str, str], own: str) -> dict[str, str]:
    """An activity that asks this question."""
    return {
        "organisation_id": own, "method": question["method"], "activity_code": own + question["activity_code"],
        "activity_unit_code": question["unit"], "geography_code": question["place"], "activity_date": question["day"],
    }  # fmt: skip


def known_at(question: dict[str, str]) -> str:
    return POLICY_AT if question["policy"] else FACTOR_AT if question["factor"] else ASKED_AT


def test_an_activity_without_a_question_is_left_out_by_rule(spark: SparkSession) -> None:
    """One with a reason asks nothing, one of no mass no less than one of no mapping; both are counted by EMB-FC-001."""
    activities = [
        {"geography_code": "DE", "activity_date": "2025-06-15", "reason": "no_mapping"},
        {
            "geography_code": "DE",
            "activity_date": "2025-06-15",
            "reason": "no_mass",
            "method": "average-data",
            "activity_code": "steel",
            "activity_unit_code": "kg",
        },
        {"geography_code": "DE", "activity_date": "2025-06-15", "method": "average-data", "activity_code": "steel", "activity_unit_code": "kg"},
    ]
    factors = [
        {"factor_id": "f", "activity_code": "steel", "geography_code": "DE", "per_unit_code": "kg", "valid_from_date": "2025-01-01", "is_lead_gas": True}
    ]
    result = factor_choice(frame(spark, "gold.activity", activities), frame(spark, "silver.emission_factor", factors), frame(spark, "silver.factor_policy", []))
    found = {(row["activity_code"], row["factor_id"], row["activity_count"], row["rules"]) for row in judged(result, "gold.factor_choice").collect()}
    assert found == {("steel", "f", 1, ""), (None, None, 2, "EMB-FC-001")}
