"""How far a source has been fetched, by the files that landed and those that wait to land; and what may leave the landing folder."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emberlake.contracts.model import Contract
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.messages.lines import about_in
from emberlake.runtime.messages.outage import Outage
from emberlake.runtime.messages.sources import Source
from emberlake.runtime.messages.spans import Span, span_of

TAIL_BYTES = 1 << 16


@dataclass(frozen=True)
class Progress:
    """The offset that comes next in a partition, and the file that ends with the message before it, where one does."""

    next: int = 0
    file: Path | None = None

    def last_message(self) -> dict[str, Any]:
        """Where the last message came from, as its line says."""
        assert self.file is not None
        try:
            return about_in(last_line(self.file))
        except (OSError, ValueError, RecursionError) as error:
            raise Outage(f"{self.file}, which holds the last message before offset {self.next}, is gone or damaged; put it back from the backup") from error


def waiting(lakehouse: Lakehouse, source: Source) -> Iterator[tuple[Path, Span]]:
    """Files of a source in the landing folder, with what their names say."""
    contract = lakehouse.contract(source.table)
    for path in sorted((lakehouse.settings.landing / source.folder).glob("*.jsonl")):
        if span := span_of(path.relative_to(lakehouse.settings.landing).as_posix(), contract):
            yield path, span


def remove_landed(lakehouse: Lakehouse, source: Source, landed: Iterable[Mapping[str, Any]]) -> None:
    """Take away files of the landing folder whose bytes are recorded as landed, among the rows of the source's table, and kept."""
    files = [path for path, _ in waiting(lakehouse, source)]
    kept = {row["file_hash"]: lakehouse.settings.lakehouse / row["archive_name"] for row in landed} if files else {}
    for path in files:
        with path.open("rb") as file:
            copy = kept.get(hashlib.file_digest(file, "sha256").hexdigest())
        if copy and copy.exists():
            path.unlink()


def progress_of(lakehouse: Lakehouse, source: Source, landed: Iterable[Mapping[str, Any]], gaps: Iterable[Mapping[str, Any]]) -> dict[int, Progress]:
    """Progress by partition, from what landed of the source's table; messages that are lost are behind it as those are that were fetched."""
    found: dict[int, Progress] = {}
    for row in landed:
        if row.get("topic") == source.topic:
            later(found, row["partition_number"], Progress(row["last_offset"] + 1, lakehouse.settings.lakehouse / row["archive_name"]))
    for path, span in waiting(lakehouse, source):
        later(found, span.partition, Progress(span.last + 1, path))
    for row in gaps:
        if (row["table_name"], row["topic"], row["cause"]) == (source.table, source.topic, "retention"):
            later(found, row["partition_number"], Progress(row["last_missing"] + 1))
    return found


def later(found: dict[int, Progress], partition: int, progress: Progress) -> None:
    if progress.next > found.get(partition, Progress()).next:
        found[partition] = progress


def span_columns(name: str, contract: Contract) -> dict[str, Any]:
    """The columns of `audit.landing` that the name of a file of messages fills; none for other files."""
    span = span_of(name, contract)
    return {"topic": span.topic, "partition_number": span.partition, "first_offset": span.first, "last_offset": span.last} if span else {}


def last_line(path: Path) -> bytes:
    """The last line of a file of lines."""
    with path.open("rb") as file:
        size, length = file.seek(0, os.SEEK_END), TAIL_BYTES
        while True:
            file.seek(max(0, size - length))
            lines = file.read().rstrip(b"\n").rsplit(b"\n", 1)
            if len(lines) == 2 or length >= size:
                return lines[-1]
            length *= 4
