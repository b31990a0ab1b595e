"""The number once more, from an explanation alone: plain decimals, no Spark, no table, none of the code that made it.

Every rounding is half-up. Quantities, masses and money have 6 digits, a quotient is taken to 13 first, emissions have 12.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Any

from emberlake.errors import EmberlakeError

EXACT = Context(prec=100, rounding=ROUND_HALF_UP)


class CannotRecompute(EmberlakeError):
    """The explanation does not hold what the number would need."""


def recompute(explanation: Mapping[str, Any]) -> Decimal:
    """kg CO2e of an explanation (see `Explanation.to_dict`), to 12 digits.

    Raises CannotRecompute where the emission has no number, or where a value that it rests on is missing.
    """
    emission = explanation["emission"]
    if emission.get("reason"):
        raise CannotRecompute(f"emission {emission.get('emission_id')} has no number: {emission['reason']}")
    method = emission.get("method")
    with localcontext(EXACT):
        if method == "average-data":
            quantity = mass_kg(needed(explanation, "mass", method))
        elif method == "spend-based":
            quantity = spend_usd(needed(explanation, "money", method))
        else:
            raise CannotRecompute(f"emission {emission.get('emission_id')}: method {method} is not known here")
        return half_up(quantity * amount(needed(explanation, "factor", method), "kgco2e_per_unit"), 12)


def mass_kg(mass: Mapping[str, Any]) -> Decimal:
    """Quantity times unit ratio is a mass, or a number of pieces to be multiplied by the mass of one."""
    base = half_up(amount(mass, "quantity") * amount(mass, "base_per_unit"), 6)
    if mass["dimension"] == "mass":
        return base
    if mass["dimension"] == "count":
        return half_up(base * amount(mass, "mass_kg_per_piece"), 6)
    raise CannotRecompute(f"a unit of {mass['dimension']} has no mass")


def spend_eur(money: Mapping[str, Any]) -> Decimal:
    """The rate is units of the currency for one euro, so the amount is divided by it."""
    if money["currency_code"] == "EUR":
        return half_up(amount(money, "net_amount"), 6)
    return half_up(half_up(amount(money, "net_amount") / amount(money, "rate_per_eur"), 13), 6)


def spend_usd(money: Mapping[str, Any]) -> Decimal:
    if money["currency_code"] == "USD":
        return half_up(amount(money, "net_amount"), 6)
    return half_up(spend_eur(money) * amount(money, "usd_per_eur"), 6)


def half_up(value: Decimal, digits: int) -> Decimal:
    """Rounded half away from zero, whatever the size of the number."""
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP, context=EXACT)


def needed(explanation: Mapping[str, Any], step: str, method: str) -> Mapping[str, Any]:
    found = explanation.get(step)
    if not found:
        raise CannotRecompute(f"the explanation has no {step}, which {method} rests on")
    return dict(found)


def amount(step: Mapping[str, Any], name: str) -> Decimal:
    """A value of a step as a decimal; a float would have lost digits already."""
    value = step.get(name)
    if value is None or isinstance(value, float):
        raise CannotRecompute(f"the explanation has no exact {name}: {value!r}")
    return Decimal(value)
