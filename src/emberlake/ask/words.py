"""Reasons in words: what a code means for this activity, and what would have to be decided."""

from collections.abc import Mapping
from typing import Any

Row = Mapping[str, Any]

FORMULAS = {
    "1.4": "GHG Protocol Technical Guidance formula 1.4 (average-data)",
    "1.5": "GHG Protocol Technical Guidance formula 1.5 (spend-based)",
}

IN_SHORT = {
    "no_mapping": "no decision maps the material group to a factor",
    "no_mass": "the mass of the quantity is not known",
    "no_factor": "no factor is published for the activity code",
    "unit_mismatch": "factors exist, but for another unit",
    "expired": "factors exist, but for earlier years, and no policy allows them",
    "not_yet_valid": "factors exist, but only for later days",
    "other_place": "factors exist, but for other places, and no policy allows them",
    "other_price_year": "factors exist, but for prices of another year, and no policy allows them",
    "ambiguous": "several factors fit equally well",
    "overflow": "the product does not fit 28 digits",
}

MASS = {
    "unit_unknown": "unit {unit_code} is not in unit set {unit_set}; add it there",
    "no_mass_of_piece": "enter the mass of one piece of {material_id} ({material_name}) in the material master of {source_system}",
    "no_mass_in_unit": "unit {unit_code} is neither a mass nor a number of pieces; enter the quantity of {goods_receipt_id} in another unit",
    "overflow": "the mass of {goods_receipt_id} does not fit 18 digits; check its quantity",
}  # fmt: skip


def in_short(reason: str) -> str:
    """A reason's code in a few words; the code itself where none are kept."""
    return IN_SHORT.get(reason, reason)


def needed(reason: str, activity: Row, receipt: Row) -> str:
    """What somebody would have to decide or enter, so that the activity gets a number."""
    code, place, day = activity["activity_code"], activity["geography_code"], activity["activity_date"]
    group, system = activity["material_group_code"], activity["source_system"]
    if reason == "no_mapping" and group is None:
        return f"Give material {activity['material_id']} ({activity['material_name']}) a material group in {system}."
    if reason == "no_mass":
        return sentence(MASS[receipt["mass_reason"]].format(**receipt))
    return {
        "no_mapping": f"Decide a mapping (decision: factor_mapping) for material group {group} of {system}, in force on {day}.",
        "no_factor": f"Add a factor for {code}, or map material group {group} of {system} to a code that has one.",
        "unit_mismatch": f"Add a factor for {code} per {activity['activity_unit_code']}, or map material group {group} of {system} otherwise.",
        "expired": f"Add a factor for {code} valid on {day}, or decide a policy (decision: factor_policy) that allows an earlier year.",
        "not_yet_valid": f"Add a factor for {code} that was valid on {day}.",
        "other_place": f"Add a factor for {code} in {place}, or decide a policy (decision: factor_policy) that allows another place.",
        "other_price_year": f"Add a factor for {code} in prices of {day.year}, or decide a policy (decision: factor_policy) that allows another year.",
        "ambiguous": f"Map material group {group} of {system} to a code for which only one factor fits, or end the validity of the others.",
        "overflow": f"Check the quantity of {receipt['goods_receipt_id']}.",
    }[reason]  # fmt: skip


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def differences(factor: Row, question: Row) -> dict[str, str]:
    """Reason code → in words, for everything in which a factor does not fit a question exactly."""
    day, found = question["activity_date"], {}
    if factor["per_unit_code"] != question["activity_unit_code"]:
        found["unit_mismatch"] = f"it is per {factor['per_unit_code']}, the activity is in {question['activity_unit_code']}"
    if factor["valid_from_date"] is not None and day < factor["valid_from_date"]:
        found["not_yet_valid"] = f"it is valid from {factor['valid_from_date']}, after the activity of {day}"
    if factor["valid_to_date"] is not None and day > factor["valid_to_date"]:
        found["expired"] = f"it was valid until {factor['valid_to_date']}, before the activity of {day}"
    if factor["geography_code"] != question["geography_code"]:
        found["other_place"] = f"it describes {factor['geography_code']}, the goods come from {question['geography_code']}"
    if factor["price_year"] is not None and factor["price_year"] != day.year:
        found["other_price_year"] = f"it is in prices of {factor['price_year']}, the activity in those of {day.year}"
    return found


def why_rejected(reason: str, factor: Row | None, question: Row) -> str:
    """Why a candidate was not used."""
    if factor is None:
        return f"{reason}; the factor is no longer in silver.emission_factor"
    found = differences(factor, question)
    if reason == "ambiguous":
        return "it fits as well as another one, and there is no rule to decide between them"
    if reason == "fits_less_well":
        return f"another one fits better: {'; '.join(found.values()) or 'this one fits without difference'}"
    words = found.get(reason, reason)
    return words if reason in ("unit_mismatch", "not_yet_valid") else f"{words}, and no policy allows that"


def why_chosen(factor: Row, question: Row, policy: Row | None) -> str:
    """Why this factor answers: it fits in everything, or a policy allows what does not fit."""
    found = differences(factor, question)
    if not found:
        return "it fits the question in activity code, unit, place and validity"
    by = "no policy is named"
    if policy:
        who = f"{policy['decided_by']}, {policy['decided_date']}"
        by = f"policy {policy['factor_policy_id']} allows it: {policy['reason']} ({who})"
    return f"it fits in activity code and unit; {'; '.join(found.values())}; {by}"
