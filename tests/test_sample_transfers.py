"""The pairs of the sample company: each consignment is found as it was made, and what was mistyped is recognised."""

import pytest

from emberlake.sample.transfers import FIRST_DELIVERY, MISTYPED, UNSENT, expected
from support.world import World

pytestmark = pytest.mark.slow


def test_every_consignment_is_found_as_it_was_made(world: World) -> None:
    rows = {row["consignment_reference"]: row for row in world.rows("gold.transfer")}
    assert {reference: row["status"] for reference, row in rows.items()} == expected()
    statuses = [row["status"] for row in rows.values()]
    assert {status: statuses.count(status) for status in set(statuses)} == {"matched": 56, "quantity_differs": 1, "in_transit": 1, "unexplained": 4}
    mistyped = rows[str(FIRST_DELIVERY + MISTYPED)]
    assert rows[mistyped["likely_reference"]]["likely_reference"] == mistyped["consignment_reference"]
    assert rows[str(UNSENT)]["likely_reference"] is None and rows[str(UNSENT)]["age_days"] > 200
    assert all((row["age_days"] is None) == (row["status"] == "matched") for row in rows.values())
