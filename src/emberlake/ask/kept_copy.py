"""The record of an extract as it came: read again from the copy that landing kept."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from emberlake.contracts.model import Contract
from emberlake.errors import EmberlakeError
from emberlake.runtime.extracts.dialect import Dialect
from emberlake.runtime.extracts.reading import records
from emberlake.runtime.file_dialect import dialect_of_file


class CopyDamaged(EmberlakeError):
    """The kept copy is gone, or its bytes are not those that landed."""


@dataclass(frozen=True)
class Extract:
    """A file as it landed."""

    file_hash: str
    file_name: str
    kept_copy: str  # below the lakehouse
    kind: str
    landed_at: datetime
    encoding: str
    record_count: int


@dataclass(frozen=True)
class Fix:
    """A correction entered in Emberlake: what it stands for, who entered it, why."""

    corrects: str
    author: str
    reason: str


@dataclass(frozen=True)
class Record:
    """One record of an extract: its place, the text of its lines, its values as text by column of the source."""

    row_id: str
    extract: Extract
    record: int
    line: int
    text: str
    values: Mapping[str, str | None]
    problem: str | None
    fix: Fix | None
    corrected: "Record | None" = None


def read_record(lakehouse: Path, contract: Contract, landings: list[dict[str, Any]], row_id: str) -> Record:
    """The record of a row id (`<file hash>:<record number>`), and where it is a fix, what it corrects.

    `landings` are the rows of `audit.landing` of the bronze table. Raises CopyDamaged where the copy is not what landed.
    """
    file_hash, _, number = row_id.rpartition(":")
    row = next((row for row in landings if row["file_hash"] == file_hash and row["archive_name"]), None)
    if row is None:
        raise CopyDamaged(f"row {row_id}: audit.landing knows no kept copy of file {file_hash[:16]} for {contract.name}")
    path = lakehouse / row["archive_name"]
    intact(path, row)
    dialect = dialect_of_file(contract, row)
    line, behind, found = located(path, dialect, int(number))
    values = {name: found[name] for name in dialect.columns}
    fix = fix_of(values) if row["kind"] == "fix" else None
    extract = Extract(row["file_hash"], row["file_name"], row["archive_name"], row["kind"], row["landed_at"], row["encoding"], row["record_count"])
    return Record(
        row_id, extract, int(number), line, text_of(path, dialect, line, behind, found),
        {name: value for name, value in values.items() if not name.startswith("_")}, found["_problem"], fix,
        read_record(lakehouse, contract, landings, fix.corrects) if fix else None,
    )  # fmt: skip


def intact(path: Path, row: Mapping[str, Any]) -> None:
    if not path.is_file():
        raise CopyDamaged(f"the kept copy {row['archive_name']} of {row['file_name']} is gone from the lakehouse; restore it from a backup")
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if digest != row["file_hash"]:
        raise CopyDamaged(
            f"the kept copy {row['archive_name']} of {row['file_name']} was changed after it landed (SHA-256 is {digest[:16]}, "
            f"it was {row['file_hash'][:16]}); restore it from a backup"
        )


def located(path: Path, dialect: Dialect, number: int) -> tuple[int, int | None, dict[str, Any]]:
    """Line of a record, line of the next one (None at the end of the file), and the record."""
    line, found = 0, None
    for batch in records(path, dialect):
        first = batch.column("_record")[0].as_py()
        for wanted in (number, number + 1):
            if first <= wanted < first + batch.num_rows:
                row = batch.slice(wanted - first, 1).to_pylist()[0]
                if wanted > number and found:
                    return line, int(row["_line"]), found
                line, found = int(row["_line"]), row
    if found is None:
        raise CopyDamaged(f"{path.name} has no record {number}")
    return line, None, found


def text_of(path: Path, dialect: Dialect, line: int, behind: int | None, found: Mapping[str, Any]) -> str:
    """The lines of a record as they stand in the file, one where several records share it; of Parquet, which has none, its values as JSON."""
    if dialect.format == "parquet":
        return json.dumps({name: found[name] for name in dialect.columns}, ensure_ascii=False)
    encoding = "utf-8-sig" if dialect.encoding.lower().replace("_", "-") in ("utf-8", "utf8") else dialect.encoding
    with path.open(encoding=encoding, newline=None) as file:
        return "".join(islice(file, line - 1, max(behind - 1, line) if behind else None)).rstrip("\n")


def fix_of(values: Mapping[str, str | None]) -> Fix:
    return Fix(str(values["_corrects"]), str(values["_author"]), str(values["_reason"]))
