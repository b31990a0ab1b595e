"""What a build keeps of its changes is what comparing the files finds, and nothing is missed where it was not kept."""

import shutil

import pytest

from emberlake.runtime import change_feed
from emberlake.runtime.net_changes import changed_rows
from reconcile.mills import Mill

pytestmark = pytest.mark.slow
GRAIN = "silver.grain"
CORRECTED = ("A,3,2025-01-05,wheat,50", "B,2,2025-03-06,rye,200", "L,1,2025-03-02,oats,6")  # more of A and of B, which is of another month, and a new one


@pytest.fixture
def changed(mill: Mill, monkeypatch: pytest.MonkeyPatch) -> Mill:
    """Deliveries were corrected in silver, and gold has not followed yet."""
    monkeypatch.setattr(change_feed, "FEW", 0)
    mill.receive("2", *CORRECTED)
    mill.build("bronze.mill_delivery", GRAIN, publish=False)
    return mill


def test_a_feed_says_what_comparing_the_files_says(changed: Mill) -> None:
    version = changed.lakehouse.store.version(GRAIN)
    assert change_feed.kept(changed.lakehouse, GRAIN, version - 1, version) is not None
    kept = rows(changed, version)
    forget(changed)
    assert change_feed.kept(changed.lakehouse, GRAIN, version - 1, version) is None
    assert kept == rows(changed, version) and len(kept) == 2 + 2 + 1
    changed.build(publish=False)
    assert changed.reconcile().findings == ()


def test_who_follows_a_feed_ends_where_computing_everything_does(changed: Mill) -> None:
    done = changed.build(publish=False)
    assert done.accounts["gold.flour"].input_count == 3
    assert changed.reconcile().findings == ()


def test_of_several_builds_no_feed_is_taken_for_the_difference(changed: Mill) -> None:
    """Both feeds speak of a weight that stood between them, and neither before the first nor after the second."""
    before = changed.lakehouse.store.version(GRAIN)
    changed.receive("3", "A,4,2025-01-05,wheat,100", "B,3,2025-01-06,rye,200")
    changed.build("bronze.mill_delivery", GRAIN, publish=False)
    assert change_feed.kept(changed.lakehouse, GRAIN, before - 1, before + 1) is None
    found = changed_rows(changed.lakehouse, GRAIN, before - 1, before + 1).select("grain_id", "kg").collect()
    assert sorted((row["grain_id"], row["kg"]) for row in found) == [("mill:A", 100), ("mill:A", 250), ("mill:B", 200), ("mill:B", 600), ("mill:L", 6)]
    changed.build(publish=False)
    assert changed.reconcile().findings == ()


def test_a_feed_that_is_not_whole_is_none(changed: Mill) -> None:
    """As a clean-up that takes files and leaves folders would leave it: by a feed without rows nothing would be followed."""
    version = changed.lakehouse.store.version(GRAIN)
    [file] = (changed.lakehouse.store.path(GRAIN) / change_feed.FOLDER).rglob("*.parquet")
    file.unlink()
    assert change_feed.kept(changed.lakehouse, GRAIN, version - 1, version) is None
    assert changed.build(publish=False).accounts["gold.flour"].input_count == 3
    assert changed.reconcile().findings == ()


def rows(mill: Mill, version: int) -> list[tuple[object, ...]]:
    found = changed_rows(mill.lakehouse, GRAIN, version - 1, version)
    return sorted(tuple(row) for row in found.select("grain_id", *sorted(set(found.columns) - {"grain_id"})).collect())


def forget(mill: Mill) -> None:
    shutil.rmtree(mill.lakehouse.store.path(GRAIN) / change_feed.FOLDER)
