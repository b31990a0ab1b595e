"""Every reason that the calculation can give has words, and every one says what to decide."""

from datetime import date

import pytest

from emberlake.ask import words
from emberlake.carbon.factors import NOT_IN_THE_RUNNING, REASONS

ACTIVITY = {
    "activity_code": "steel", "geography_code": "DE", "activity_date": date(2025, 6, 1), "material_group_code": "100", "source_system": "kontor",
    "activity_unit_code": "kg", "material_id": "kontor:1", "material_name": "Draht",
}  # fmt: skip
RECEIPT = ACTIVITY | {"goods_receipt_id": "kontor:9/1", "unit_set": "kontor", "unit_code": "Pck", "mass_reason": "no_mass_in_unit"}
FITTING = {
    "factor_id": "F1", "per_unit_code": "kg", "geography_code": "DE", "price_year": None, "valid_from_date": date(2025, 1, 1),
    "valid_to_date": date(2025, 12, 31),
}  # fmt: skip
MISFIT = {
    "unit_mismatch": ({"per_unit_code": "m3"}, "it is per m3, the activity is in kg"),
    "not_yet_valid": ({"valid_from_date": date(2025, 7, 1)}, "it is valid from 2025-07-01, after the activity of 2025-06-01"),
    "expired": ({"valid_to_date": date(2024, 12, 31)}, "it was valid until 2024-12-31, before the activity of 2025-06-01, and no policy allows that"),
    "other_place": ({"geography_code": "GB"}, "it describes GB, the goods come from DE, and no policy allows that"),
    "other_price_year": ({"price_year": 2022}, "it is in prices of 2022, the activity in those of 2025, and no policy allows that"),
    "ambiguous": ({}, "it fits as well as another one, and there is no rule to decide between them"),
    "fits_less_well": ({"geography_code": "GB"}, "another one fits better: it describes GB, the goods come from DE"),
}  # fmt: skip


@pytest.mark.parametrize("reason", [*REASONS, "ambiguous", NOT_IN_THE_RUNNING])
def test_a_rejected_candidate_says_why(reason: str) -> None:
    change, says = MISFIT[reason]
    assert words.why_rejected(reason, FITTING | change, ACTIVITY) == says


@pytest.mark.parametrize("reason", [*REASONS, "no_mapping", "no_mass", "no_factor", "ambiguous", "overflow"])
def test_a_missing_number_says_what_to_decide(reason: str) -> None:
    assert words.in_short(reason) != reason
    told = words.needed(reason, ACTIVITY, RECEIPT)
    assert any(named in told for named in ("kontor", "steel")) and told.endswith(".")


@pytest.mark.parametrize("mass_reason", ["unit_unknown", "no_mass_of_piece", "no_mass_in_unit", "overflow"])
def test_a_missing_mass_says_where_to_enter_it(mass_reason: str) -> None:
    told = words.needed("no_mass", ACTIVITY, RECEIPT | {"mass_reason": mass_reason})
    assert "Pck" in told or "kontor:1 " in told or "kontor:9/1" in told


def test_a_group_that_is_missing_is_entered_before_a_mapping_is_decided() -> None:
    assert "Give material kontor:1 (Draht) a material group" in words.needed("no_mapping", ACTIVITY | {"material_group_code": None}, RECEIPT)


def test_a_chosen_factor_says_why() -> None:
    policy = {"factor_policy_id": "FP-1", "reason": "nothing better", "decided_by": "the head", "decided_date": date(2025, 2, 3)}
    assert words.why_chosen(FITTING, ACTIVITY, None) == "it fits the question in activity code, unit, place and validity"
    told = words.why_chosen(FITTING | {"geography_code": "GB"}, ACTIVITY, policy)
    assert told.endswith("it describes GB, the goods come from DE; policy FP-1 allows it: nothing better (the head, 2025-02-03)")
