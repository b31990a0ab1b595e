"""Transactions that landed already. A connector that was restarted may send the tail of one again: it lacks its head, and need not wait."""

import mmap
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.messages.progress import waiting
from emberlake.runtime.messages.sources import Source

NEWEST_FILES = 50  # of each source; what is sent again is what was sent last


def sent_again(lakehouse: Lakehouse, group: Iterable[Source], landed: Iterable[Mapping[str, Any]], transactions: set[str]) -> set[str]:
    """Those of these transactions that have events in files that landed or wait to land; they were whole."""
    found: set[str] = set()
    for source in group:
        rows = [row for row in landed if row["table_name"] == source.table and row.get("topic") == source.topic]
        rows = sorted(rows, key=lambda row: row["landed_at"], reverse=True)[:NEWEST_FILES]
        files = [lakehouse.settings.lakehouse / row["archive_name"] for row in rows]
        for path in [path for path, _ in waiting(lakehouse, source)] + [path for path in files if path.exists()]:
            if not transactions - found:
                return found
            found |= transactions_in(path, transactions - found)
    return found


def transactions_in(path: Path, transactions: set[str]) -> set[str]:
    """Which of these transactions a file of messages has events of."""
    if not path.stat().st_size:
        return set()
    names = b"|".join(re.escape(number.encode()) for number in sorted(transactions))
    event = re.compile(rb'"transaction"\s*:\s*\{\s*"id"\s*:\s*"(' + names + rb')[:"]')
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return {match[1].decode() for match in event.finditer(content)}
