"""Any edit of any input, followed by a build of scope `Since`, leaves nothing for `All` to change. Every table with a reach is under it."""

import os
from collections.abc import Callable

import pytest

from emberlake.contracts.load import load_all
from emberlake.contracts.model import Feed
from since.company import Company, reaching
from since.properties import assert_since_equals_all, assert_ways_are_needed

# `make properties` draws several companies and tests every way; `make test` one of the first and a few of the others.
WAYS = int(os.environ["EMBERLAKE_TEST_WAYS"]) if "EMBERLAKE_TEST_WAYS" in os.environ else 1
SEEDS = [int(seed) for seed in os.environ.get("EMBERLAKE_TEST_SEEDS", "1").split()]
# Tables of which the sample company has no rows are tested where their rows are (tests/real).
FEEDS = [feed for feed in reaching(load_all()) if feed.name != "adventureworks"]


@pytest.mark.slow
@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.job)
@pytest.mark.parametrize("seed", SEEDS)
def test_edits_of_all_inputs(company: Callable[[int], Company], feed: Feed, seed: int) -> None:
    assert_since_equals_all(company(seed), feed)


@pytest.mark.slow
@pytest.mark.parametrize("feed", [feed for feed in FEEDS if feed.reach and feed.reach.paths], ids=lambda feed: feed.job)
def test_ways_are_needed(company: Callable[[int], Company], feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    edited = company(SEEDS[0])
    # A contract that lost a way is another contract, and would be built whole first.
    monkeypatch.setattr("emberlake.runtime.run.fingerprint", lambda *_: edited.fingerprint(feed))
    assert_ways_are_needed(edited, feed, WAYS or None)
