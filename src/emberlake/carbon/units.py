"""Units: what an expression such as ``t``, ``1000 * piece`` or ``t*km`` means, in exact decimal arithmetic.

This is the only door to the units library (pint). An expression is a number and up to four units joined by ``*`` or
``/``, each perhaps squared or cubed (``m**3``, or ``m3``). Anything else never reaches the library: no brackets, no
arithmetic, no long text. Names that mean different things on two sides of an ocean are refused (`AMBIGUOUS`).
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import lru_cache
from importlib.resources import files
from typing import Any

import pint

PLACES = Decimal("1e-12")
"""Twelve decimal places, the scale of ``decimal(19,12)``: what a factor is kept in."""

LIMIT = Decimal(10) ** 7
"""Seven digits before the point are all that ``decimal(19,12)`` leaves."""

AMBIGUOUS = re.compile(r"mt|cwt|gal|pt|qt|bbl|[A-Za-z]*(?:ton|gallon|pint|quart|barrel|hundredweight)s?", re.ASCII)
"""Write ``t``, ``short_ton``, ``long_ton``, ``US_liquid_gallon`` or ``imperial_gallon`` instead."""

BASE_UNITS = {
    "mass": "kg",
    "count": "piece",
    "package": "pack",
    "length": "m",
    "area": "m2",
    "volume": "m3",
    "energy": "kWh",
    "time": "h",
    "transport": "tkm",
    "passenger transport": "pkm",
}
"""Unit that each dimension is kept in. A currency is its own base unit."""

_NAME = r"[A-Za-z][A-Za-z_]{0,31}"
_POWER = r"(?:\*\*)?[23]"
_TERM = rf"{_NAME}(?:{_POWER})?"
_EXPRESSION = re.compile(rf"(?:(?P<number>\d{{1,12}}(?:\.\d{{1,12}})?) ?\* ?)?(?P<units>{_TERM}(?: ?[*/] ?{_TERM}){{0,3}})", re.ASCII)
_LONGEST = 96
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Unit:
    """A unit by its dimension: one of it is ``base_per_unit`` of ``base_unit_code``."""

    dimension: str
    base_unit_code: str
    base_per_unit: Decimal


def describe(expression: str) -> Unit | None:
    """The unit that ``expression`` means, ``base_per_unit`` rounded half-up to twelve places.

    None where the expression is unknown, ambiguous, of no dimension that is kept, or too small or large for
    ``decimal(19,12)``.
    """
    exact = _exact(expression)
    if exact is None:
        return None
    base_per_unit = _representable(exact.base_per_unit)
    return None if base_per_unit is None else Unit(exact.dimension, exact.base_unit_code, base_per_unit)


def per_base(value: Decimal, amount_unit: str, per_unit: str) -> tuple[str, Decimal] | None:
    """An emission factor of ``value`` ``amount_unit`` per ``per_unit``, as base unit and kg per base unit.

    The result is rounded once, half-up, to twelve places. None where a unit is unknown, where ``amount_unit`` is no
    mass, or where the result does not fit ``decimal(19,12)``: too large, or not zero and yet smaller than its last
    place. The caller flags such a factor; it never becomes zero.
    """
    amount, per = _exact(amount_unit), _exact(per_unit)
    if amount is None or per is None or amount.dimension != "mass" or not value.is_finite():
        return None
    with localcontext(_EXACT):
        kg_per_base = value * amount.base_per_unit / per.base_per_unit
    rounded = Decimal(0) if value == 0 else _representable(kg_per_base)
    return None if rounded is None else (per.base_unit_code, rounded.quantize(PLACES))


def _representable(value: Decimal) -> Decimal | None:
    """``value`` rounded half-up to twelve places; None where it has no digit left or too many."""
    if abs(value) >= LIMIT:
        return None
    with localcontext(_EXACT):
        rounded = value.quantize(PLACES, rounding=ROUND_HALF_UP)
    return rounded if rounded != 0 and abs(rounded) < LIMIT else None


@lru_cache(maxsize=4096)
def _exact(expression: str) -> Unit | None:
    """The unit with ``base_per_unit`` in sixty digits, or None."""
    match = _EXPRESSION.fullmatch(expression) if len(expression) <= _LONGEST else None
    if match is None or any(map(AMBIGUOUS.fullmatch, re.findall(_NAME, match["units"]))):
        return None
    try:
        units = _parse(match["units"])
    except (pint.PintError, ValueError):  # `nan` is a number to the library, and no unit may hold one
        return None
    kept = _kept().get(units.dimensionality)
    if kept is None:
        return None
    dimension, base_unit_code = kept
    with localcontext(_EXACT):
        number = Decimal(match["number"] or 1)
        factor = number * _root_factor(match["units"]) / _root_factor(base_unit_code)
    return Unit(dimension, base_unit_code, factor) if factor > 0 else None


def _root_factor(units: str) -> Decimal:
    """How many of the library's own root units one of ``units`` is."""
    factor, _ = _registry().get_base_units(_parse(units))
    return Decimal(factor)


def _parse(units: str) -> Any:
    """The library's unit. A power is always of the whole name: it would read ``mm2`` as thousandths of a ``m2``."""
    return _registry().parse_units(re.sub(rf"({_NAME})(?:\*\*)?([23])", r"\1**\2", units))


@lru_cache(maxsize=1)
def _registry() -> Any:
    """The units library with our definitions; decimals instead of floats."""
    registry: Any = pint.UnitRegistry(non_int_type=Decimal)
    registry.load_definitions(_definitions())
    return registry


@lru_cache(maxsize=1)
def _kept() -> dict[Any, tuple[str, str]]:
    """The library's dimensionality: our name of the dimension and its base unit."""
    currencies = re.findall(r"\[currency_([A-Z]{3})\]", "\n".join(_definitions()))
    named = [*BASE_UNITS.items(), *(("currency", code) for code in currencies)]
    return {_parse(base).dimensionality: (dimension, base) for dimension, base in named}


def _definitions() -> list[str]:
    return files(__package__).joinpath("units.txt").read_text("utf-8").splitlines()
