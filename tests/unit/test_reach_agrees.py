"""A reach that cannot be followed is told by `contracts check`, in words that say which part of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from emberlake.contracts.load import load_all, reach_of
from emberlake.contracts.model import ContractError, Reach, Way
from emberlake.contracts.reach import reach_agrees

CONTRACT = load_all()["gold.activity"]
FEED = CONTRACT.feeds[0]
DRIVING = FEED.inputs[0]
DIRECT = Way({"a": "b"})


def told(reach: Reach, *more_inputs: str) -> list[str]:
    return list(reach_agrees(CONTRACT, replace(FEED, inputs=(DRIVING, *more_inputs), reach=reach)))


def test_every_reach_that_ships_can_be_followed() -> None:
    reaches = [(contract, feed) for contract in load_all().values() for feed in contract.feeds if feed.reach]
    assert len(reaches) > 5
    assert [problem for contract, feed in reaches for problem in reach_agrees(contract, feed)] == []


@pytest.mark.parametrize(
    ("reach", "inputs", "says"),
    [
        (Reach({"nowhere": "x"}, {}), (), "groups by nowhere"),
        (Reach({}, {"silver.plant": (DIRECT,)}), (), "from silver.plant, which is no input"),
        (Reach({}, {"silver.plant": (Way({}),)}), ("silver.plant",), "meets nothing"),
        (Reach({}, {"silver.plant": (Way({"a": "b"}, "silver.unit"),)}), ("silver.plant",), "through silver.unit does not lead"),
        (
            Reach({}, {"silver.plant": (Way({"a": "b"}, "silver.unit"),), "silver.unit": (Way({"a": "b"}, "silver.plant"),)}),
            ("silver.plant", "silver.unit"),
            "does not lead to",
        ),
    ],
)
def test_what_cannot_be_followed_is_told(reach: Reach, inputs: tuple[str, ...], says: str) -> None:
    assert says in " ".join(told(reach, *inputs))


def test_a_way_through_another_input_arrives() -> None:
    paths = {"silver.plant": (Way({"a": "b"}, "silver.unit"),), "silver.unit": (DIRECT,)}
    assert told(Reach({}, paths), "silver.plant", "silver.unit") == []


def test_a_way_within_names_two_ends() -> None:
    way = {"group_code": "material_group_code", "within": {"posting_date": ["valid_from_date", "valid_to_date"]}}
    found = reach_of(Path("x.yaml"), {"reach": {"group": {"id": "id"}, "paths": {"silver.factor_mapping": [way]}}})
    assert found is not None
    assert found.paths["silver.factor_mapping"] == (Way({"group_code": "material_group_code"}, None, {"posting_date": ("valid_from_date", "valid_to_date")}),)
    with pytest.raises(ContractError, match=r"posting_date lies within something else than \[start, end\]"):
        reach_of(Path("x.yaml"), {"reach": {"group": {"id": "id"}, "paths": {"silver.factor_mapping": [{"within": {"posting_date": "valid_from_date"}}]}}})
