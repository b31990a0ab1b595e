"""Any edit of any input, followed by a build of scope `Since`, leaves nothing for `All` to change. Every table with a reach is under it."""

import os
from collections.abc import Callable

import pytest
from company import Company, reaching

from emberlake.contracts.load import load_all
from emberlake.contracts.model import Feed

CONTRACTS = load_all()
SEEDS = [int(seed) for seed in os.environ.get("EMBERLAKE_TEST_SEEDS", "1").split()]
FEEDS = [feed for feed in reaching(CONTRACTS) if feed.name != "adventureworks"]


def edit_input(company: Company, table: str, share: float) -> None:
    """Edit a table; a ledger is edited by what drives it, and posts the difference."""
    contract = company.lakehouse.contract(table)
    if contract.write.mode == "ledger":
        company.edit(contract.feeds[0].inputs[0], share)
        company.build(contract.feeds[0].job)
    else:
        company.edit(table, share)


def editable(feed: Feed) -> list[str]:
    """Inputs that can be edited by rows: what is delivered in full comes as whole files."""
    servers = {table: CONTRACTS[table].server for table in feed.inputs}
    return [table for table, server in servers.items() if server is None or server.properties["delivery"] != "full"]


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.job)
@pytest.mark.parametrize("seed", SEEDS)
def test_edits_of_all_inputs(company: Callable[[int], Company], feed: Feed, seed: int) -> None:
    edited = company(seed)
    before = edited.build(feed.job)
    assert before[0] == "nothing"
    for table in editable(feed):
        edit_input(edited, table, 0.05 if table == feed.inputs[0] else 0.2)
    scope, account = edited.build(feed.job)
    assert scope == "since"
    assert account.written_count + account.deleted_count > 0
    waiting = edited.open_rows(feed.job)
    scope, account = edited.build(feed.job, whole=True)
    assert (scope, account.written_count, account.deleted_count) == ("all", 0, 0)
    assert edited.open_rows(feed.job) == waiting


@pytest.mark.parametrize("feed", [feed for feed in FEEDS if feed.reach and feed.reach.paths], ids=lambda feed: feed.job)
def test_every_path_is_needed(company: Callable[[int], Company], feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any one of the declared ways a change goes unseen, and `All` finds it."""
    edited = company(7)
    edited.build(feed.job)
    monkeypatch.setattr("emberlake.runtime.run.fingerprint", lambda *_: edited.fingerprint(feed))  # or every contract would be built whole first
    if feed.inputs[0] in editable(feed):
        edited.leave_out(feed.inputs[0])
        edited.build(feed.job)
    assert feed.reach is not None
    for table, ways in feed.reach.paths.items():
        for way in range(len(ways) if table in editable(feed) else 0):
            edited.forget(feed, table, way)
            assert any(goes_unseen(edited, feed, table) for _ in range(5)), f"no edit of {table} needs way {way}: {ways[way]}"
    edited.remember()


def goes_unseen(company: Company, feed: Feed, table: str) -> bool:
    """Whether a build after an edit of a table leaves something for `All`."""
    edit_input(company, table, 0.8)
    company.build(feed.job)
    waiting = company.open_rows(feed.job)
    _, account = company.build(feed.job, whole=True)
    return account.written_count + account.deleted_count > 0 or company.open_rows(feed.job) != waiting
