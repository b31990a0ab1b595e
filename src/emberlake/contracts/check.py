"""Whether contracts, functions, cases, suites and docs pages exist for each other and say the same.

Discovery is by path, and this is what makes that safe. A check that finds nothing to look at has failed.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from emberlake.contracts.graph import build_order
from emberlake.contracts.model import Contract, ContractError, Feed
from emberlake.contracts.reach import reach_agrees
from emberlake.contracts.render import drift
from emberlake.names import LAYERS, short_name


def check(root: Path, contracts: Mapping[str, Contract]) -> list[str]:
    """Every disagreement, in words; empty where all stands."""
    problems = [f"no table of layer {layer} was found" for layer in LAYERS if not any(c.layer == layer for c in contracts.values())]
    try:
        build_order(contracts)
    except ContractError as error:
        problems.append(str(error))
    for contract in contracts.values():
        problems += types_known(contract)
        for feed in contract.feeds:
            problems += list(sources_exist(contracts, contract, feed)) + list(reach_agrees(contract, feed))
            if feed.accounts.column and not contract.has(feed.accounts.column):
                problems.append(f"{feed.job}: accounts name {feed.accounts.column}, which is no column of {contract.name}; a rebuild counts by what is kept")
            if contract.layer in ("silver", "gold"):
                problems += list(function_agrees(root, contract, feed))
    problems += list(orphans(root, contracts))
    return problems + [f"{line}; run: emberlake contracts render" for line in drift(root, contracts)]


def types_known(contract: Contract) -> list[str]:
    from emberlake.contracts.types import struct_json

    try:
        struct_json(contract)
    except ContractError as error:
        return [f"{contract.path}: {error}"]
    return [f"{contract.path}: column {c.name} has no description" for c in contract.columns if not c.description]


def module_path(contract: Contract, feed: Feed) -> Path:
    """Where the function of a feed lies, below the repository."""
    base = Path("src/emberlake") / contract.layer / contract.short_name
    return base / f"{feed.name}.py" if feed.name else base.with_suffix(".py")


def function_agrees(root: Path, contract: Contract, feed: Feed) -> Iterator[str]:
    """Function named as the table, parameters named as the inputs, docstring beginning with the grain; and its cases."""
    path = module_path(contract, feed)
    if not (root / path).exists():
        yield f"{feed.job}: {path} with a function {contract.short_name} is missing"
        return
    tree = ast.parse((root / path).read_text(encoding="utf-8"))
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == contract.short_name]
    if not found:
        yield f"{path}: has no function {contract.short_name}"
        return
    parameters, wanted = [a.arg for a in found[0].args.args], [short_name(t) for t in feed.inputs]
    if parameters != wanted:
        yield f"{path}: parameters are {parameters}, the contract's inputs are {wanted}"
    if not (ast.get_docstring(found[0]) or "").startswith(contract.grain):
        yield f"{path}: the docstring must begin with the grain: {contract.grain}"
    case = f"test_{contract.short_name}{'_' + feed.name if feed.name else ''}.py"
    if not (root / "tests" / contract.layer / case).exists():
        yield f"{feed.job}: its cases, tests/{contract.layer}/{case}, are missing"


def sources_exist(contracts: Mapping[str, Contract], contract: Contract, feed: Feed) -> Iterator[str]:
    """Every column that lineage names is a column of an input of this feed."""
    lineage = feed.lineage or {c.name: c.sources for c in contract.columns}
    for column, sources in lineage.items():
        if not contract.has(column):
            yield f"{feed.job}: lineage names {column}, which is no column of {contract.name}"
        for source in sources:
            table, name = source.rsplit(".", 1)
            if table not in feed.inputs:
                yield f"{feed.job}: {column} comes from {source}, but {table} is no input"
            elif not contracts[table].has(name):
                yield f"{feed.job}: {column} comes from {source}, but {table} has no column {name}"


def orphans(root: Path, contracts: Mapping[str, Contract]) -> Iterator[str]:
    """Modules of silver and gold that no contract asks for."""
    wanted = {module_path(c, f) for c in contracts.values() for f in c.feeds}
    for layer in ("silver", "gold"):
        for path in sorted((root / "src/emberlake" / layer).rglob("*.py")):
            if path.name != "__init__.py" and path.relative_to(root) not in wanted:
                yield f"{path.relative_to(root)}: no contract or feed asks for it"
