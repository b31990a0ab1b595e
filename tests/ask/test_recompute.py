"""The number from an explanation alone, against a published example and against arithmetic done by hand."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from emberlake.ask.recompute import CannotRecompute, recompute

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "recompute.yaml").read_text(encoding="utf-8"))
PUBLISHED = CASES["published"]


def by_mass(case: dict[str, str]) -> Decimal:
    mass = {"quantity": case["kg"], "dimension": "mass", "base_per_unit": "1"}
    return recompute({"emission": {"method": "average-data"}, "mass": mass, "factor": {"kgco2e_per_unit": case["factor"]}})


def by_spend(case: dict[str, str]) -> Decimal:
    money = {"net_amount": case["usd"], "currency_code": "USD"}
    return recompute({"emission": {"method": "spend-based"}, "money": money, "factor": {"kgco2e_per_unit": case["factor"]}})


def test_published_example() -> None:
    masses, spends = ([case | {"found": of(case)} for case in PUBLISHED[name]] for name, of in (("by_mass", by_mass), ("by_spend", by_spend)))
    assert [case["item"] for case in masses + spends if case["found"] != Decimal(case["emission"])] == []
    totals = [sum(case["found"] for case in cases) for cases in (masses, spends, masses + spends)]
    assert totals == [Decimal(PUBLISHED[name]) for name in ("total_by_mass", "total_by_spend", "total")]


@pytest.mark.parametrize("case", CASES["steps"], ids=lambda case: case["name"])
def test_steps(case: dict[str, Any]) -> None:
    steps = {name: case[name] for name in ("mass", "money") if name in case}
    found = recompute({"emission": {"method": case["method"]}, "factor": {"kgco2e_per_unit": case["factor"]}, **steps})
    assert str(found) == case["emission"] or found == Decimal(case["emission"])
    assert found.as_tuple().exponent == -12


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"emission": {"method": "average-data", "emission_id": "E1", "reason": "no_factor"}}, "E1 has no number: no_factor"),
        ({"factor": None}, "has no factor"),
        ({"factor": {"kgco2e_per_unit": 1.5}}, "no exact kgco2e_per_unit: 1.5"),
        ({"mass": {"quantity": "1", "dimension": "package", "base_per_unit": "1"}}, "a unit of package has no mass"),
        ({"mass": {"quantity": "1", "dimension": "count", "base_per_unit": "1"}}, "no exact mass_kg_per_piece"),
        ({"emission": {"method": "hybrid"}}, "method hybrid is not known"),
    ],
)
def test_what_is_missing_is_said_and_never_taken_for_zero(change: dict[str, Any], says: str) -> None:
    whole = {
        "emission": {"method": "average-data"}, "factor": {"kgco2e_per_unit": "1"},
        "mass": {"quantity": "1", "dimension": "mass", "base_per_unit": "1"},
    }  # fmt: skip
    assert recompute(whole) == 1
    with pytest.raises(CannotRecompute, match=says):
        recompute(whole | change)
