"""Transactions that landed already. A connector that was restarted may send the tail of one again: it lacks its head, and need not wait.

Such a transaction landed after its source had made it, so that files that landed earlier need not be read.
"""

import mmap
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.messages.lines import Place, number_of
from emberlake.runtime.messages.progress import waiting
from emberlake.runtime.messages.sources import Source

EVENT = re.compile(rb'"transaction"\s*:\s*\{[^{}]*?"id"\s*:\s*"([^"\\]*)"')
SKEW_MS = 60_000  # how far the source's clock may be ahead of ours


def sent_again(lakehouse: Lakehouse, group: Iterable[Source], landed: Mapping[str, list[dict[str, Any]]], held: Iterable[Place]) -> set[str]:
    """Transactions of these places that have events in files that landed or wait to land; they were whole."""
    held, found = list(held), set[str]()
    if not held:
        return found
    transactions, first = {place.transaction for place in held}, earliest(held)
    for source in group:
        rows = [
            row for row in landed.get(source.table, ()) if row.get("topic") == source.topic and (first is None or row["landed_at"].timestamp() * 1000 >= first)
        ]
        rows.sort(key=lambda row: row["landed_at"], reverse=True)
        files = [lakehouse.settings.lakehouse / row["archive_name"] for row in rows]
        for path in [path for path, _ in waiting(lakehouse, source)] + [path for path in files if path.exists()]:
            if found == transactions:
                return found
            found |= transactions_in(path) & transactions
    return found


def earliest(places: Iterable[Place]) -> int | None:
    """No file that landed before this time (milliseconds since 1970) has events of these places; None where one does not say when it was."""
    times = [place.changed_at for place in places]
    known = [time for time in times if time is not None]
    return min(known) - SKEW_MS if known and len(known) == len(times) else None


def transactions_in(path: Path) -> set[str]:
    """Transactions that a file of messages has events of."""
    if not path.stat().st_size:
        return set()
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return {number_of(match[1].decode(errors="replace")) for match in EVENT.finditer(content)}
