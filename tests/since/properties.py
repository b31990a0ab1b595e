"""What must be true of every feed with a reach, whatever its tables are."""

from collections.abc import Mapping
from decimal import Decimal

from emberlake.contracts.model import Feed
from since.company import Company, is_full

FEW, TRIES = 20, 8


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
    """Edit all inputs at once, follow the changes, and let `All` look for what is missing; until an edit changes something."""
    assert company.build(feed.job)[0] == "nothing"
    assert any(are_edits_followed(company, feed) for _ in range(TRIES)), f"{TRIES} times the edits changed nothing; the test shows nothing"


def are_edits_followed(company: Company, feed: Feed) -> bool:
    """Whether edits of all inputs change something; fails where a build of scope `Since` misses any of it."""
    for table in editable(company, feed):
        edit_input(company, table, 0.6 if len(company.rows(table)) < FEW else 0.05 if table == feed.inputs[0] else 0.2)
    scope, followed = company.build(feed.job)
    assert scope == "since"
    waiting = company.open_rows(feed.job)
    scope, account = company.build(feed.job, whole=True)
    assert (scope, account.written_count, account.deleted_count) == ("all", 0, 0)
    assert company.open_rows(feed.job) == waiting
    assert decimals(account.controls) == decimals(followed.controls)
    return followed.written_count + followed.deleted_count > 0


def decimals(controls: Mapping[str, str]) -> dict[str, Decimal]:
    return {name: Decimal(total) for name, total in controls.items()}


def assert_ways_are_needed(company: Company, feed: Feed, drawn: int | None) -> None:
    """By its ways a change of one input alone is seen; without any one of them, or of so many drawn ones, it is not, and `All` finds it."""
    assert feed.reach is not None
    if feed.inputs[0] in editable(company, feed):
        company.leave_out(feed.inputs[0])
        company.build(feed.job)
    declared = [(table, way) for table, ways in feed.reach.paths.items() if table in editable(company, feed) for way in range(len(ways))]
    assert declared, "no way of this feed can be tested"
    for table, way in declared if drawn is None else company.draw.sample(declared, min(drawn, len(declared))):
        company.remember()
        assert is_followed(company, feed, table), f"{TRIES} edits of {table} changed nothing; the test shows nothing"
        company.forget(feed, table, way)
        assert any(after_an_edit(company, feed, table)[1] for _ in range(TRIES)), f"no edit of {table} needs way {way}: {feed.reach.paths[table][way]}"


def is_followed(company: Company, feed: Feed, table: str) -> bool:
    """Whether one of some edits of a table alone changes something; all of it is seen by a build of scope `Since`."""
    for _ in range(TRIES):
        is_seen, is_unseen = after_an_edit(company, feed, table)
        assert not is_unseen, f"an edit of {table} was not followed"
        if is_seen:
            return True
    return False


def after_an_edit(company: Company, feed: Feed, table: str) -> tuple[bool, bool]:
    """Whether a build after an edit of a table changes something, and whether it leaves something for `All`."""
    edit_input(company, table, 0.8)
    before = company.open_rows(feed.job)
    _, followed = company.build(feed.job)
    waiting = company.open_rows(feed.job)
    _, account = company.build(feed.job, whole=True)
    is_seen = followed.written_count + followed.deleted_count > 0 or waiting != before
    return is_seen, account.written_count + account.deleted_count > 0 or company.open_rows(feed.job) != waiting
