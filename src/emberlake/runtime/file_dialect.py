"""How the files of a bronze contract are written: by the contract as it stands, and by what it said when a file landed."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from emberlake.contracts.model import Contract, ContractError
from emberlake.runtime.extracts.dialect import Dialect
from emberlake.runtime.log_dialect import envelope_of

FIX_COLUMNS = ("_corrects", "_author", "_reason")


def dialect_of(contract: Contract, server_name: str | None = None) -> Dialect:
    """How the files of a bronze contract are written, by its server of that name or by its first."""
    server, own = contract.server(server_name), [c for c in contract.columns if not c.name.startswith("_")]
    quote, null_text = server.properties.get("quote", '"'), server.properties.get("nullText", [])
    if not isinstance(null_text, list):
        raise ContractError(f"{contract.path}: nullText must be a list of texts, for example [NULL]; found {null_text!r}")
    return Dialect(
        columns=tuple(c.physical_name or c.name for c in own), format=server.format, encoding=server.encoding,  # type: ignore[arg-type]
        header=bool(server.properties.get("header", True)), delimiter=server.delimiter, quote=None if quote == "none" else quote,
        row_terminator=server.properties.get("rowTerminator"), null_text=tuple(null_text),
        trim=bool(server.properties.get("trim", False)), events=envelope_of(contract, server),
    )  # fmt: skip


def dialect_of_file(contract: Contract, row: Mapping[str, Any]) -> Dialect:
    """How one landed file is written: as its contract said when it landed, whatever has been added to it since."""
    if row["kind"] == "fix":
        return fix_dialect(contract)
    now_said = dialect_of(contract, contract.server_of(row.get("server"), row["file_name"]).name)
    columns = json.loads(row["column_names"]) if row.get("column_names") else now_said.columns
    return replace(now_said, columns=tuple(columns), encoding=row["encoding"])


def fix_dialect(contract: Contract) -> Dialect:
    """How corrections entered in Emberlake are kept: the source's own texts, with what they correct, who and why."""
    return Dialect(columns=(*dialect_of(contract).fields, *FIX_COLUMNS), format="json")
