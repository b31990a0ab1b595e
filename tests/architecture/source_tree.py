"""The source as syntax trees: its modules, their functions, and which functions are used outside their own module."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "emberlake"
USERS = ("src", "jobs", "dags", "infra", "benchmarks")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def module_name(path: Path) -> str:
    """`src/emberlake/carbon/units.py` → `emberlake.carbon.units`."""
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def functions(path: Path) -> Iterator[Function]:
    """Functions at the top of a module, but those that say by an underscore that they are nobody else's."""
    for node in tree(path).body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield node


@cache
def used_elsewhere() -> frozenset[str]:
    """`emberlake.carbon.units.parse` for everything that some other file imports, or reaches through its module."""
    found: set[str] = set()
    for folder in USERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            found |= set(names_used(path))
    return frozenset(found)


def names_used(path: Path) -> Iterator[str]:
    known: dict[str, str] = {}  # name here → full name
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("emberlake"):
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            known |= {alias.asname or alias.name: alias.name for alias in node.names if alias.name.startswith("emberlake")}
    yield from known.values()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in known:
            yield f"{known[node.value.id]}.{node.attr}"
