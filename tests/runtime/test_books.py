"""The books: what one process enters another one sees, however many entries there are, and tidying loses none."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from emberlake.runtime import audit
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.settings import Settings, now

START = now()


def entry(number: int) -> dict[str, Any]:
    at = START + timedelta(seconds=number)
    return {"run_id": str(number), "selection": "all tables", "started_at": at, "finished_at": at, "status": "complete" if number % 2 else "failed"}


@pytest.fixture
def books(tmp_path: Path) -> tuple[audit.Books, audit.Books]:
    """The same books, open in two processes."""
    one, other = (Lakehouse(Settings(tmp_path / "lakehouse", tmp_path / "landing")).books for _ in range(2))
    return one, other


def numbers(books: audit.Books, **equals: Any) -> list[int]:
    return sorted(int(row["run_id"]) for row in books.read("run", **equals))


def test_what_one_process_enters_another_sees(books: tuple[audit.Books, audit.Books]) -> None:
    one, other = books
    for number in range(6):
        (one, other)[number % 2].write("run", [entry(number)])
        assert numbers(one) == numbers(other) == list(range(number + 1))
    assert numbers(one, status="failed") == [0, 2, 4] and numbers(one, release_id=None, run_id="3") == [3] and numbers(one, status="lost") == []


def test_a_reader_cannot_change_the_books(books: tuple[audit.Books, audit.Books]) -> None:
    books[0].write("run", [entry(1)])
    books[0].read("run")[0]["status"] = "forged"
    assert books[0].read("run")[0]["status"] == "complete"


def test_a_book_too_large_to_keep_open_says_the_same(books: tuple[audit.Books, audit.Books], monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = books
    one.write("run", [entry(number) for number in range(5)])
    kept = [one.read("run", status="failed"), one.read("run", message=None), one.moments("audit.run", "finished_at")]
    monkeypatch.setattr(audit, "MOST_OPEN_BYTES", 0)
    assert [sorted(rows, key=str) for rows in (other.read("run", status="failed"), other.read("run", message=None))] == [
        sorted(rows, key=str) for rows in kept[:2]
    ]
    assert max(other.moments("audit.run", "finished_at")) == max(kept[2])


def test_many_entries_become_one_file_and_none_is_lost(books: tuple[audit.Books, audit.Books], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "MANY_FILES", 8)
    one, other = books
    for number in range(7):
        one.write("run", [entry(number)])
    one.tidy()
    assert len(one.store.handle("audit.run").file_uris()) == 7, "few files are left as they are"
    other.write("run", [entry(7)])
    one.tidy()
    other.write("run", [entry(8)])
    assert len(one.store.handle("audit.run").file_uris()) == 2
    assert numbers(one) == numbers(other) == list(range(9))
