"""Everything rendered from contracts, and whether what is committed still agrees with them."""

import json
from collections.abc import Mapping
from pathlib import Path

from emberlake.contracts.model import Contract
from emberlake.contracts.pages import page
from emberlake.contracts.suite import suite
from emberlake.names import JUDGED_LAYERS


def rendered(contracts: Mapping[str, Contract]) -> dict[str, str]:
    """Path below the repository → text, for suites and docs pages."""
    files = {}
    for contract in contracts.values():
        files[f"docs/tables/{contract.layer}/{contract.short_name}.md"] = page(contract)
        if contract.layer in JUDGED_LAYERS:
            files[f"expectations/{contract.layer}/{contract.short_name}.json"] = json.dumps(suite(contract), indent=1, ensure_ascii=False) + "\n"
    return files


def drift(root: Path, contracts: Mapping[str, Contract]) -> list[str]:
    """What is missing, differs or has no contract any more; empty where all agrees."""
    wanted = rendered(contracts)
    found = [
        f"{name}: {'differs' if (root / name).exists() else 'is missing'}"
        for name, text in sorted(wanted.items())
        if not (root / name).exists() or (root / name).read_text(encoding="utf-8") != text
    ]
    here = {str(p.relative_to(root)) for folder, ending in (("docs/tables", "*.md"), ("expectations", "*.json")) for p in (root / folder).rglob(ending)}
    return found + [f"{name}: has no contract" for name in sorted(here - set(wanted))]


def write(root: Path, contracts: Mapping[str, Contract]) -> int:
    """Write what is rendered and remove what has no contract; how many files changed."""
    changed = drift(root, contracts)
    wanted = rendered(contracts)
    for line in changed:
        path = root / line.split(":", 1)[0]
        if str(path.relative_to(root)) in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[str(path.relative_to(root))], encoding="utf-8")
        else:
            path.unlink()
    return len(changed)
