"""Corrections: a new bronze row that names the one it replaces, with author and reason, so that a rebuild keeps it.

A fix is landed like an extract: a small file in the source's own words, hashed, kept and listed in `audit.landing`.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from emberlake.contracts.model import Contract
from emberlake.errors import EmberlakeError
from emberlake.runtime.extracts.reading import records
from emberlake.runtime.file_dialect import dialect_of, dialect_of_file
from emberlake.runtime.lakehouse import Lakehouse


def fix(lakehouse: Lakehouse, row_id: str, values: Mapping[str, str], author: str, reason: str) -> str:
    """Land a correction of a bronze row; the name of its table. `values` are texts in the source's columns and notation."""
    if not author.strip() or not reason.strip():
        raise EmberlakeError("a fix needs an author and a reason; both are kept with the row")
    file = extract_of(lakehouse, row_id)
    contract = lakehouse.contract(file["table_name"])
    server = contract.server_of(file.get("server"), file["file_name"]).name
    names = dialect_of(contract, server).columns
    if unknown := sorted(set(values) - set(names)):
        raise EmberlakeError(f"{contract.name} has no column {', '.join(unknown)} in its file; it has {', '.join(names)}")
    if corrected_already(lakehouse, contract, row_id):
        raise EmberlakeError(f"{row_id} is corrected already; correct the row that replaced it")
    line = {**original(lakehouse, contract, file, row_id), **values, "_corrects": row_id, "_author": author, "_reason": reason}
    text = json.dumps(line, ensure_ascii=False) + "\n"
    digest = hashlib.sha256(text.encode()).hexdigest()
    target = lakehouse.landed_folder / contract.name / f"fix-{digest[:16]}.jsonl"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    lakehouse.books.catch_up()
    lakehouse.books.write("landing", [{
        "file_hash": digest, "table_name": contract.name, "file_name": target.name, "kind": "fix", "status": "landed",
        "archive_name": str(target.relative_to(lakehouse.settings.lakehouse)), "byte_count": len(text.encode()), "line_count": 1,
        "record_count": 1, "is_multiline": False, "encoding": "utf-8", "delivery": "increment", "landed_at": lakehouse.books.now(),
        "corrects": row_id, "server": server, "message": f"corrects {row_id}: {reason} ({author})",
    }])  # fmt: skip
    return contract.name


def extract_of(lakehouse: Lakehouse, row_id: str) -> dict[str, Any]:
    found = lakehouse.books.read("landing", file_hash=row_id.split(":", 1)[0])
    if not found or ":" not in row_id:
        raise EmberlakeError(f"{row_id!r} names no row of a landed file; take the row_id from: emberlake quarantine list")
    return found[0]


def corrected_already(lakehouse: Lakehouse, contract: Contract, row_id: str) -> bool:
    """Whether a fix of this row has landed, taken in by a run or not."""
    return any(row.get("corrects") == row_id for row in lakehouse.books.read("landing", table_name=contract.name, kind="fix"))


def original(lakehouse: Lakehouse, contract: Contract, file: dict[str, Any], row_id: str) -> dict[str, str | None]:
    """The row's values as they stand in the file; none where its record is damaged, so that all must be given."""
    dialect = dialect_of_file(contract, file)
    wanted = int(row_id.split(":", 1)[1])
    for batch in records(lakehouse.settings.lakehouse / file["archive_name"], dialect):
        first = batch.column("_record")[0].as_py()
        if first <= wanted < first + batch.num_rows:
            row = batch.slice(wanted - first, 1).to_pylist()[0]
            return {name: row.get(name) for name in dialect_of(contract).fields}
    raise EmberlakeError(f"{file['file_name']} has no record {wanted}")
