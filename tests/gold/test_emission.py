"""Quantity times factor, gas by gas, or the reason why there is no number."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from emberlake.gold.emission import emission
from support.tables import asked, frame, judged, read, shown, table

CASES = read(Path(__file__).parent / "cases" / "emission.yaml")
ACTIVITY = {
    "source_system": "kontor", "scope": "3", "category_code": "1", "category_name": "Purchased goods and services", "period": "2025-03",
    "activity_date": "2025-03-07", "plant_id": "kontor:1000", "plant_name": "Werk Hagen", "geography_code": "CH", "supplier_id": "kontor:70001",
    "supplier_name": "Jürgens Draht", "material_id": "kontor:100001", "material_name": "Walzdraht", "mass_kg": "12.5", "spend_eur": "100",
}  # fmt: skip
Rows = list[dict[str, Any]]


def test_cases(spark: SparkSession) -> None:
    """The published examples and our own cases in one action."""
    activities, choices, factors = own_cases()
    for example in CASES["examples"]:
        for lines, found in zip((activities, choices, factors), priced(example), strict=True):
            lines += found
    result = emission(
        frame(spark, "gold.activity", activities, **ACTIVITY),
        frame(spark, "gold.factor_choice", choices, known_at="2026-01-03 08:00:00"),
        frame(spark, "silver.emission_factor", factors, known_at="2026-01-04 08:00:00"),
    )
    rows = judged(result, "gold.emission").collect()
    expected = table(CASES["then"])
    own = [row for row in rows if len(row["activity_id"]) == 1]
    assert shown(own, list(expected[0])) == asked(expected)
    assert {row["emission_id"] for row in rows} == {f"{row['activity_id']}|{row['gas']}|single" for row in rows}
    assert {(row["activity_id"], row["mass_kg"], row["spend_eur"], row["basis"], row["plant_id"]) for row in rows} == {
        (a["activity_id"], Decimal("12.5"), Decimal(100), "single", "kontor:1000") for a in activities
    }
    times = {row["activity_id"]: str(row["known_at"]) for row in own}
    assert (times["f"], times["h"], times["a"]) == ("2026-01-02 08:00:00", "2026-01-03 08:00:00", "2026-01-04 08:00:00")
    for example in CASES["examples"]:
        lines = [row for row in rows if row["activity_id"].startswith(f"{example['example']}/")]
        assert sum(row["kgco2e"] for row in lines) == Decimal(example["total"]), example["example"]
        assert {row["formula"] for row in lines} == {example["formula"]} and len(lines) == len(table(example["lines"]))


def own_cases() -> tuple[Rows, Rows, Rows]:
    """Activities, choices and factors of the cases below `activities`."""
    activities, choices = [], []
    for row in table(CASES["activities"]):
        activity = {name: row[name] for name in ("activity_id", "method", "activity_quantity", "activity_unit_code", "reason")}
        activities.append(activity | {"activity_code": row["activity_id"]})
        if not row["reason"]:
            choices.append(choice(activities[-1], row["factor_id"], row["policy"], row["choice_reason"]))
    # An answer to a question that an activity does not ask, because it has a reason, is not for it.
    choices.append(choice(activities[5] | {"activity_quantity": "1"}, "steel", "", ""))
    return activities, choices, table(CASES["factors"])


def choice(activity: dict[str, Any], factor: str, policy: str, reason: str) -> dict[str, Any]:
    """The answer to an activity's question."""
    asked_for = {name: activity[name] for name in ("method", "activity_code", "activity_unit_code")}
    place = {name: ACTIVITY[name] for name in ("geography_code", "activity_date")}
    return asked_for | place | {"factor_choice_id": activity["activity_id"], "factor_id": factor, "factor_policy_id": policy, "reason": reason}


def priced(example: dict[str, Any]) -> Iterator[Rows]:
    """A published example as activities, choices and factors: each line is an activity with a factor of its own."""
    unit = example.get("unit") or {"average-data": "kg", "spend-based": "USD"}[example["method"]]
    lines = [row | {"id": f"{example['example']}/{row['item']}"} for row in table(example["lines"])]
    activities = [
        {"activity_id": r["id"], "activity_code": r["id"], "method": example["method"], "activity_quantity": r["quantity"], "activity_unit_code": unit}
        for r in lines
    ]
    yield activities
    yield [choice(activity, activity["activity_id"], "", "") for activity in activities]
    yield [{"factor_id": r["id"], "gas": "CO2e", "kgco2e_per_unit": r["factor"], "is_lead_gas": "true"} for r in lines]
