"""What came of writing one file; the parts from which the manifest is put together."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from emberlake.sample.kinds import Kind
from emberlake.sample.manifest import FileEntry
from emberlake.sample.record import Amounts


@dataclass(frozen=True)
class Found:
    """A record worth remembering: a bad row, or (kind None) the first delivery of a line that comes again."""

    record: int
    line: int
    kind: Kind | None
    column: str
    key: str
    pair: str = ""


@dataclass
class Sums:
    """Totals of lines that must arrive in silver, in whole thousandths of units and hundredths of currencies."""

    receipts: int = 0
    quantity: Counter[str] = field(default_factory=Counter)
    value: Counter[str] = field(default_factory=Counter)
    by_group: Counter[str] = field(default_factory=Counter)

    def add(self, amounts: Amounts) -> None:
        """Count one line."""
        self.receipts += 1
        self.quantity[amounts.unit] += amounts.quantity
        self.value[amounts.currency] += amounts.value
        self.by_group[amounts.group] += 1

    def merge(self, other: "Sums") -> None:
        """Count the lines of another file; `update` of a Counter adds, and keeps negative sums."""
        self.receipts += other.receipts
        self.quantity.update(other.quantity)
        self.value.update(other.value)
        self.by_group.update(other.by_group)


@dataclass(frozen=True)
class Written:
    """One file as written, with its bad rows; `sums` only for receipts."""

    entry: FileEntry
    found: tuple[Found, ...] = ()
    sums: Sums | None = None


def write(landing: Path, file: str, content: bytes, rows: int) -> FileEntry:
    """Write one extract below the landing folder."""
    path = landing / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    return FileEntry(file, file.split("/")[0], rows, content.count(b"\n"), len(content), digest)
