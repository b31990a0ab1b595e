"""The manifest of the sample company: every file, every bad row, and what must come out of it all."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FILE = Path("_manifest") / "sample.json"  # below the landing folder; names with an underscore are no extracts


@dataclass(frozen=True)
class FileEntry:
    """One extract: path below the landing folder, data records, line ends (header included), size and hash."""

    file: str
    source: str
    rows: int
    lines: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Defect:
    """One bad row, and what must happen to it.

    `record` counts data records from 1, `line` is the line of the file that the record begins on, `key` the natural key
    as the record has it, `column` the column to look at (empty where the whole record is wrong), `rule` the rule or
    reason expected. `related` names the records of the same occurrence: the first delivery of a line that comes again,
    the other half of a reversal. The first delivery is listed only there.
    """

    file: str
    record: int
    line: int
    kind: str
    severity: str
    rule: str
    expected: str
    column: str
    key: str
    related: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class SourceTotals:
    """Receipts of one source: records delivered, records that must arrive in silver, and the control totals of those.

    Sums are decimals written as text, negative for returns: quantity by unit and net value by currency, both in the
    source's own codes; `receipts_by_group` counts by material group (the empty text: in no group).
    """

    source: str
    records: int
    receipts: int
    quantity: dict[str, str]
    value: dict[str, str]
    receipts_by_group: dict[str, int]


@dataclass(frozen=True)
class Manifest:
    """What `make` wrote for a seed and scale."""

    organisation_id: str
    year: int
    seed: int
    scale: int
    files: tuple[FileEntry, ...]
    defects: tuple[Defect, ...]
    totals: tuple[SourceTotals, ...]

    def of_kind(self, kind: str) -> tuple[Defect, ...]:
        """The bad rows of one kind."""
        return tuple(defect for defect in self.defects if defect.kind == kind)

    def total(self, source: str) -> SourceTotals:
        """The totals of a source; KeyError where the source has no receipts."""
        for totals in self.totals:
            if totals.source == source:
                return totals
        known = [totals.source for totals in self.totals]
        raise KeyError(f"Source {source!r} has no receipts in the sample company; ask for one of {known}.")

    def save(self, landing: Path) -> Path:
        """Write the manifest below the landing folder."""
        path = landing / FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(json.dumps(asdict(self), ensure_ascii=False, indent=1).encode() + b"\n")
        return path


def load(path: Path) -> Manifest:
    """The manifest in a file."""
    found: dict[str, Any] = json.loads(path.read_bytes())
    files = tuple(FileEntry(**entry) for entry in found.pop("files"))
    related = [tuple((file, record) for file, record in entry.pop("related")) for entry in found["defects"]]
    defects = tuple(Defect(**entry, related=pair) for entry, pair in zip(found.pop("defects"), related, strict=True))
    totals = tuple(SourceTotals(**entry) for entry in found.pop("totals"))
    return Manifest(**found, files=files, defects=defects, totals=totals)
