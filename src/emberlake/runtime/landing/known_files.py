"""What has landed before, and whether bytes that come now are news."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emberlake.contracts.model import Contract


@dataclass(frozen=True)
class Known:
    """What has landed before: (hash, table) of files → how the last of them came, (table, name) → last hash, table → hash of the newest."""

    files: Mapping[tuple[str, str], Mapping[str, Any]]
    last_of_name: Mapping[tuple[str, str], str]
    newest: Mapping[str, str]

    @classmethod
    def of(cls, books: list[dict[str, Any]]) -> "Known":
        rows = sorted((row for row in books if row["status"] == "landed" and row["kind"] == "extract"), key=lambda row: row["landed_at"])
        return cls(
            {(row["file_hash"], row["table_name"]): row for row in rows},
            {(row["table_name"], row["file_name"]): row["file_hash"] for row in rows},
            {row["table_name"]: row["file_hash"] for row in rows},
        )

    def holds(self, digest: str, name: str, contract: Contract) -> bool:
        """Whether these bytes are no news. A full delivery that goes back to an earlier state is: what it says is in force again."""
        table = contract.name
        if (digest, table) not in self.files or not is_full(contract):
            return (digest, table) in self.files
        return self.last_of_name.get((table, name), self.newest[table]) == digest


def hash_of(path: Path) -> str:
    """SHA-256 of a file's bytes, by which it is known."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_full(contract: Contract) -> bool:
    """Whether each delivery is the whole entity."""
    return contract.delivery == "full"


def is_repeated(row: Mapping[str, Any], rows: list[dict[str, Any]]) -> bool:
    """Whether the same bytes landed in this call already, under another name; of full deliveries, as the one before."""
    before = [r["file_hash"] for r in rows if (r["table_name"], r["status"]) == (row["table_name"], "landed")]
    return row["file_hash"] in (before[-1:] if row["delivery"] == "full" else before)


def by_another_server(server_name: str, contract: Contract, before: Mapping[str, Any] | None) -> str | None:
    """Why the same bytes cannot be taken in by a second server of a table: a row is known by its file's bytes. None where they can."""
    if before is None or contract.server_of(before.get("server"), before["file_name"]).name == server_name:
        return None
    return f"holds the bytes of {before['file_name']}, which came by another server of {contract.name}; a row is named by its file's bytes, so only one is read"
