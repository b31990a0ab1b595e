"""What must be true of every feed with a reach, whatever its tables are."""

from collections.abc import Mapping
from decimal import Decimal

from emberlake.contracts.model import Feed
from since.company import Company, is_full

FEW = 20


def edit_input(company: Company, table: str, share: float) -> None:
    """Edit a table; a ledger is edited by what drives it, and posts the difference."""
    contract = company.lakehouse.contract(table)
    if contract.write.mode == "ledger":
        company.edit(contract.feeds[0].inputs[0], share)
        company.build(contract.feeds[0].job)
    else:
        company.edit(table, share)


def editable(company: Company, feed: Feed) -> list[str]:
    """Inputs whose changes can be followed: not a driving one that comes whole each time."""
    return [table for table in feed.inputs if table != feed.inputs[0] or not is_full(company.lakehouse.contract(table))]


def assert_since_equals_all(company: Company, feed: Feed) -> None:
    """Edit all inputs at once, follow the changes, and let `All` look for what is missing."""
    assert company.build(feed.job)[0] == "nothing"
    for table in editable(company, feed):
        edit_input(company, table, 0.6 if len(company.rows(table)) < FEW else 0.05 if table == feed.inputs[0] else 0.2)
    scope, followed = company.build(feed.job)
    assert scope == "since"
    assert followed.written_count + followed.deleted_count > 0, "the edits changed nothing; the test shows nothing"
    waiting = company.open_rows(feed.job)
    scope, account = company.build(feed.job, whole=True)
    assert (scope, account.written_count, account.deleted_count) == ("all", 0, 0)
    assert company.open_rows(feed.job) == waiting
    assert decimals(account.controls) == decimals(followed.controls)


def decimals(controls: Mapping[str, str]) -> dict[str, Decimal]:
    return {name: Decimal(total) for name, total in controls.items()}


def assert_ways_are_needed(company: Company, feed: Feed, drawn: int | None) -> None:
    """Without any one of the declared ways, or of so many drawn ones, a change goes unseen, and `All` finds it."""
    assert feed.reach is not None
    if feed.inputs[0] in editable(company, feed):
        company.leave_out(feed.inputs[0])
        company.build(feed.job)
    declared = [(table, way) for table, ways in feed.reach.paths.items() if table in editable(company, feed) for way in range(len(ways))]
    assert declared, "no way of this feed can be tested"
    for table, way in declared if drawn is None else company.draw.sample(declared, min(drawn, len(declared))):
        company.forget(feed, table, way)
        assert any(goes_unseen(company, feed, table) for _ in range(5)), f"no edit of {table} needs way {way}: {feed.reach.paths[table][way]}"


def goes_unseen(company: Company, feed: Feed, table: str) -> bool:
    """Whether a build after an edit of a table leaves something for `All`."""
    edit_input(company, table, 0.8)
    company.build(feed.job)
    waiting = company.open_rows(feed.job)
    _, account = company.build(feed.job, whole=True)
    return account.written_count + account.deleted_count > 0 or company.open_rows(feed.job) != waiting
