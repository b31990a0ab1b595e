"""Contracts and feeds from their folders: discovery is by path, and everything odd is refused with file and path."""

from functools import cache
from pathlib import Path
from typing import Any

import pydantic
from open_data_contract_standard.model import OpenDataContractStandard

from emberlake.contracts.document import needed, properties, read_yaml, refuse_unread
from emberlake.contracts.model import Accounts, Column, Contract, ContractError, Expectation, Feed, Reach, Rule, Server, Way, Write
from emberlake.contracts.servers import servers_of
from emberlake.contracts.subset import FEED, unread
from emberlake.names import BRONZE_COLUMNS, LEDGER_COLUMNS, LOG_COLUMNS, SEVERITIES, WRITE_MODES, layer_of


def schemas_folder() -> Path:
    """The contracts of this installation: inside the package, or beside it in a checkout."""
    packed = Path(__file__).parents[1] / "_schemas"
    return packed if packed.is_dir() else Path(__file__).parents[3] / "schemas"


def load_all(folder: Path | None = None) -> dict[str, Contract]:
    """Every contract by table name, of a folder or of this installation; raises ContractError for the first that cannot stand."""
    return load_folder(folder or schemas_folder())


@cache
def load_folder(root: Path) -> dict[str, Contract]:
    """As `load_all`, read once for a folder."""
    paths = sorted(root.glob("**/*.odcs.yaml"))
    if not paths:
        raise ContractError(f"{root}: no contract (*.odcs.yaml) was found; is the folder the right one?")
    contracts: dict[str, Contract] = {}
    for path in paths:
        contract = load(path, root)
        if contract.name in contracts:
            raise ContractError(f"{path}: table {contract.name} is described by {contracts[contract.name].path} already")
        contracts[contract.name] = contract
    return contracts


def load(path: Path, root: Path) -> Contract:
    """One contract file, with the feeds beside it."""
    document = read_yaml(path)
    refuse_unread(path, unread(document))
    try:
        OpenDataContractStandard.model_validate(document)
    except pydantic.ValidationError as error:
        raise ContractError(f"{path}: not a valid ODCS document: {error}") from error
    if len(document.get("schema", [])) != 1:
        raise ContractError(f"{path}: schema must hold exactly one table")
    expected = name_by_path(path, root)
    if document["name"] != expected:
        raise ContractError(f"{path}: name is {document['name']}, but a contract lying here describes {expected}")
    return assemble(path, document)


def name_by_path(path: Path, root: Path) -> str:
    layer, *rest = path.relative_to(root).parts
    entity = path.name.removesuffix(".odcs.yaml")
    if layer == "bronze":
        return f"bronze.{rest[0]}_{entity}"
    return f"{layer}.{rest[0] if entity == 'contract' else entity}"


def assemble(path: Path, document: dict[str, Any]) -> Contract:
    table = document["schema"][0]
    custom = properties(table)
    sla = {p["property"]: p for p in document.get("slaProperties", [])}
    write = write_of(path, custom)
    name = document["name"]
    description, servers = document.get("description", {}), servers_of(path, document)
    return Contract(
        name=name, version=document["version"], path=path, domain=document.get("domain", ""),
        grain=needed(path, table, "dataGranularityDescription"), purpose=description.get("purpose", ""),
        usage=description.get("usage"), limitations=description.get("limitations"),
        owner=needed(path, document.get("team", {}), "name"), frequency_hours=hours(path, sla),
        retention_days=int(needed(path, sla, "retention")["value"]), retries=int(needed(path, sla, "retries")["value"]),
        columns=columns_of(path, table, name, write, servers), rules=rules_of(path, table.get("quality", [])) + column_rules(path, table),
        expectations=expectations_of(path, table.get("quality", [])), write=write,
        feeds=feeds_of(path, name, custom), servers=servers,
        definitions=tuple(document.get("authoritativeDefinitions", [])),
    )  # fmt: skip


def columns_of(path: Path, table: dict[str, Any], name: str, write: Write, servers: tuple[Server, ...]) -> tuple[Column, ...]:
    columns = tuple(column_of(path, layer_of(name), p) for p in table["properties"])
    if name.startswith("bronze."):
        columns += tuple(Column(n, t, d, required=n != "_corrects", technical=True) for n, t, d in BRONZE_COLUMNS)
    if servers and servers[0].properties["delivery"] == "log":
        columns += tuple(Column(n, t, d, required=n in ("_operation", "_position"), technical=True) for n, t, d in LOG_COLUMNS)
    if write.mode == "ledger":
        columns += tuple(Column(n, t, d, required=n != "reverses", technical=True) for n, t, d in LEDGER_COLUMNS)
    names = [c.name for c in columns]
    if twice := {n for n in names if names.count(n) > 1}:
        raise ContractError(f"{path}: columns {sorted(twice)} are described twice")
    return columns


def column_of(path: Path, layer: str, entry: dict[str, Any]) -> Column:
    custom = properties(entry)
    relationships = entry.get("relationships", [])
    return Column(
        name=entry["name"], type=needed(path, entry, "physicalType"), description=needed(path, entry, "description"),
        required=entry.get("required", False), key_position=entry.get("primaryKeyPosition") if entry.get("primaryKey") else None,
        partition_position=entry.get("partitionKeyPosition") if entry.get("partitioned") else None,
        physical_name=entry.get("physicalName"), options=entry.get("logicalTypeOptions", {}), unit=custom.get("unit"),
        measure=bool(custom.get("measure", False)), technical=bool(custom.get("technical", False)), control=custom.get("control"),
        references=f"{layer}.{relationships[0]['to']}" if relationships else None, sources=tuple(entry.get("transformSourceObjects", [])),
    )  # fmt: skip


def column_rules(path: Path, table: dict[str, Any]) -> tuple[Rule, ...]:
    return tuple(rule for p in table["properties"] for rule in rules_of(path, p.get("quality", []), p["name"]))


def rules_of(path: Path, quality: list[dict[str, Any]], column: str | None = None) -> tuple[Rule, ...]:
    rules = []
    for entry in quality:
        if entry.get("type") == "sql":
            continue
        if entry.get("type") != "custom" or entry.get("engine") != "emberlake":
            raise ContractError(f"{path}: rule {entry.get('id')}: type must be sql, or custom with engine emberlake")
        rules.append(Rule(entry["id"], entry["name"], entry["implementation"], severity_of(path, entry), needed(path, entry, "description"), column))
    return tuple(rules)


def expectations_of(path: Path, quality: list[dict[str, Any]]) -> tuple[Expectation, ...]:
    sql = [entry for entry in quality if entry.get("type") == "sql"]
    return tuple(Expectation(e["id"], e["name"], e["query"], severity_of(path, e), needed(path, e, "description")) for e in sql)


def severity_of(path: Path, entry: dict[str, Any]) -> str:
    severity = entry.get("severity")
    if severity not in SEVERITIES:
        raise ContractError(f"{path}: rule {entry.get('id')} has severity {severity!r}; it must be one of {SEVERITIES}")
    return str(severity)


def feeds_of(path: Path, name: str, custom: dict[str, Any]) -> tuple[Feed, ...]:
    files = sorted(path.parent.glob("*.feed.yaml")) if path.name == "contract.odcs.yaml" else []
    if files:
        return tuple(feed_of(file, name) for file in files)
    if name.startswith("audit.") or path.name == "contract.odcs.yaml":
        return ()
    inputs = tuple(custom.get("inputs", ()))
    if not inputs and not name.startswith("bronze."):
        raise ContractError(f"{path}: {name} needs customProperty inputs, the first of which drives")
    return (Feed(None, name, inputs, accounts_of(path, custom), rule_columns=tuple(custom.get("rule_columns", ())), reach=reach_of(path, custom)),)


def feed_of(path: Path, table: str) -> Feed:
    document = read_yaml(path)
    refuse_unread(path, unread(document, FEED))
    name = path.name.removesuffix(".feed.yaml")
    if document.get("feed") != name or document.get("table") != table:
        raise ContractError(f"{path}: must say feed: {name} and table: {table}, as its place does")
    lineage = {column: tuple(sources) for column, sources in document.get("lineage", {}).items()}
    return Feed(
        name, table, tuple(needed(path, document, "inputs")), accounts_of(path, document),
        rules_of(path, document.get("rules", [])), tuple(document.get("rule_columns", ())), lineage,
        bool(document.get("history", False)), reach_of(path, document),
    )  # fmt: skip


def write_of(path: Path, custom: dict[str, Any]) -> Write:
    entry = needed(path, custom, "write")
    if entry.get("mode") not in WRITE_MODES:
        raise ContractError(f"{path}: write mode {entry.get('mode')!r} must be one of {WRITE_MODES}")
    return Write(entry["mode"], tuple(entry.get("order", ())), tuple(entry.get("keys", ())))


def accounts_of(path: Path, custom: dict[str, Any]) -> Accounts:
    entry = needed(path, custom, "accounts")
    if entry["by"] not in ("row", "lead", "count") or (entry["by"] == "row") == ("column" in entry):
        raise ContractError(f"{path}: accounts must be by row, or by lead or count with a column; found {entry}")
    return Accounts(entry["by"], entry.get("column"))


def reach_of(path: Path, custom: dict[str, Any]) -> Reach | None:
    entry = custom.get("reach")
    if entry is None:
        return None
    if unknown := set(entry) - {"group", "paths", "needs_whole"}:
        raise ContractError(f"{path}: reach knows group, paths and needs_whole, not {sorted(unknown)}")
    paths = {table: tuple(way_of(path, way) for way in ways) for table, ways in entry.get("paths", {}).items()}
    return Reach(needed(path, entry, "group"), paths, bool(entry.get("needs_whole", False)))


def way_of(path: Path, entry: dict[str, Any]) -> Way:
    within = entry.get("within", {})
    if wrong := [value for value, ends in within.items() if not isinstance(ends, list) or len(ends) != 2]:
        raise ContractError(f"{path}: reach says {', '.join(wrong)} lies within something else than [start, end]")
    return Way({k: v for k, v in entry.items() if k not in ("through", "within")}, entry.get("through"), {value: tuple(ends) for value, ends in within.items()})


def hours(path: Path, sla: dict[str, Any]) -> int:
    frequency = needed(path, sla, "frequency")
    return int(frequency["value"]) * (24 if frequency["unit"] == "d" else 1)
