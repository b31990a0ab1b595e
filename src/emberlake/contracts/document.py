"""A YAML document and its entries, each fault told with the file that it is in."""

from pathlib import Path
from typing import Any

import yaml

from emberlake.contracts.model import ContractError


def properties(entry: dict[str, Any]) -> dict[str, Any]:
    """The custom properties of an entry by name."""
    return {p["property"]: p["value"] for p in entry.get("customProperties", [])}


def needed(path: Path, mapping: dict[str, Any], key: str) -> Any:
    """What an entry must say; raises ContractError where it does not."""
    if mapping.get(key) in (None, "", []):
        raise ContractError(f"{path}: {key} is missing")
    return mapping[key]


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML mapping; raises ContractError for a file that holds none."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ContractError(f"{path}: cannot be read as YAML: {error}") from error
    if not isinstance(document, dict):
        raise ContractError(f"{path}: holds no mapping")
    return document


def refuse_unread(path: Path, paths: Any) -> None:
    """Raise ContractError for paths outside the subset."""
    if unknown := sorted(set(paths)):
        raise ContractError(f"{path}: {', '.join(unknown)}: outside the subset of ODCS 3.1 in docs/contracts.md; remove it or extend the subset")
