"""Units: what is known, what is refused, and that nothing is lost on the way."""

import time
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emberlake.carbon.units import BASE_UNITS, PLACES, describe, per_base

MASSES = {"mg": "0.000001", "g": "0.001", "lb": "0.45359237", "kg": "1", "short_ton": "907.18474", "t": "1000"}


@pytest.mark.parametrize(
    ("expression", "dimension", "base", "size"),
    [
        ("g", "mass", "kg", "0.001"),
        ("lb", "mass", "kg", "0.45359237"),
        ("1000 * piece", "count", "piece", "1000"),
        ("pack", "package", "pack", "1"),
        ("mm", "length", "m", "0.001"),
        ("mile", "length", "m", "1609.344"),
        ("mm2", "area", "m2", "0.000001"),
        ("cm**3", "volume", "m3", "0.000001"),
        ("m3", "volume", "m3", "1"),
        ("1000000 * l", "volume", "m3", "1000"),
        ("US_liquid_gallon", "volume", "m3", "0.003785411784"),
        ("MWh", "energy", "kWh", "1000"),
        ("GJ", "energy", "kWh", "277.777777777778"),
        ("min", "time", "h", "0.016666666667"),
        ("t*km", "transport", "tkm", "1"),
        ("kg*km", "transport", "tkm", "0.001"),
        ("passenger*km", "passenger transport", "pkm", "1"),
        ("USD", "currency", "USD", "1"),
        ("EUR", "currency", "EUR", "1"),
    ],
)
def test_known_units(expression: str, dimension: str, base: str, size: str) -> None:
    unit = describe(expression)
    assert unit is not None
    assert (unit.dimension, unit.base_unit_code, unit.base_per_unit) == (dimension, base, Decimal(size))


@pytest.mark.parametrize("dimension", BASE_UNITS)
def test_every_base_unit_is_one_of_itself(dimension: str) -> None:
    unit = describe(BASE_UNITS[dimension])
    assert unit is not None
    assert (unit.dimension, unit.base_per_unit) == (dimension, 1)


@pytest.mark.parametrize(
    "expression",
    [
        *("", " ", "barrowload", "KG", "kg ", "0 * kg", "-1 * kg", "1e9 * kg", "kg**9", "kg**-1", "kg/EUR", "EUR*USD"),
        *("degC", "degF*m", "delta_degC", "bar", "kg/piece", "dB", "K", "m/km", "piece/pack"),
        *("ton", "tons", "kton", "mt", "gallon", "gal", "cwt", "pint", "bbl"),
        *("9**9**9", "kg**9**9", "(kg)", "__import__('os')", "__class__", "lambda: 0", "kg; m", "kg\n", "kg\x00", "кг"),
        *("k" * 10_000_000, "kg*" * 1_000_000, "9" * 1_000_000, "1000 * " * 50_000, "pg"),
    ],
    ids=lambda expression: repr(expression[:20]),
)
def test_everything_else_is_unknown_at_once(expression: str) -> None:
    describe("kg")
    started = time.perf_counter()
    assert describe(expression) is None
    assert time.perf_counter() - started < 0.5


@given(st.text(alphabet=st.characters(codec="ascii"), max_size=24))
@example("NaN")
@example("kg/nan")
def test_no_text_raises(expression: str) -> None:
    unit = describe(expression)
    assert unit is None or unit.base_per_unit > 0


@pytest.mark.parametrize(
    ("value", "amount_unit", "per_unit", "expected"),
    [
        ("2863.90131", "kg", "t", ("kg", "2.863901310000")),
        ("1057.758", "lb", "MWh", ("kWh", "0.479790958106")),
        ("0.02", "t", "short_ton", ("kg", "0.022046226218")),
        ("0", "kg", "t", ("kg", "0.000000000000")),
        ("0.0000000015", "kg", "t", ("kg", "0.000000000002")),
        ("0.532", "kg", "USD", ("USD", "0.532000000000")),
        ("0.0000000001", "kg", "t", None),
        ("10000000", "kg", "kg", None),
        ("9999999.9999999999995", "kg", "kg", None),
        ("NaN", "kg", "kg", None),
        ("Infinity", "kg", "kg", None),
        ("1", "m", "kg", None),
        ("1", "kg", "barrowload", None),
        ("1", "barrowload", "kg", None),
    ],
)
def test_per_base(value: str, amount_unit: str, per_unit: str, expected: tuple[str, str] | None) -> None:
    result = per_base(Decimal(value), amount_unit, per_unit)
    assert (result and (result[0], f"{result[1]:f}")) == expected


factors = st.decimals(min_value=0, max_value=9999, places=5)


@given(factors, st.sampled_from(sorted(MASSES)), st.sampled_from(sorted(MASSES)))
def test_per_base_is_the_quotient_of_the_masses(value: Decimal, amount_unit: str, per_unit: str) -> None:
    expected = (value * Decimal(MASSES[amount_unit]) / Decimal(MASSES[per_unit])).quantize(PLACES, ROUND_HALF_UP)
    result = per_base(value, amount_unit, per_unit)
    lost = expected >= 10**7 or (expected == 0) != (value == 0)
    assert result == (None if lost else ("kg", expected))


@given(factors, st.sampled_from(sorted(MASSES)))
def test_a_factor_per_unit_times_the_unit_is_the_factor_again(value: Decimal, per_unit: str) -> None:
    result, unit = per_base(value, "kg", per_unit), describe(per_unit)
    if result is not None and unit is not None:
        assert abs(result[1] * unit.base_per_unit - value) <= PLACES * unit.base_per_unit


@given(st.integers(min_value=1, max_value=9999), st.sampled_from(["piece", "kg", "l", "kWh", "EUR"]))
def test_a_multiple_is_that_many_times_the_unit(number: int, name: str) -> None:
    one, many = describe(name), describe(f"{number} * {name}")
    assert one is not None
    assert many is not None
    assert many.base_per_unit == number * one.base_per_unit
