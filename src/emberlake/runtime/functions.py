"""A table's function by its place, and the fingerprint of what it means."""

import ast
import hashlib
import importlib
import json
from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from pyspark.sql import DataFrame

from emberlake.contracts.model import Contract, ContractError, Feed

WORDS = ("description", "purpose", "usage", "limitations", "grain", "path", "owner", "definitions", "frequency_hours", "retention_days", "retries", "domain")


def module_of(contract: Contract, feed: Feed) -> str:
    """`silver.unit` fed by `reference` → `emberlake.silver.unit.reference`."""
    name = f"emberlake.{contract.layer}.{contract.short_name}"
    return f"{name}.{feed.name}" if feed.name else name


def function_of(contract: Contract, feed: Feed) -> Callable[..., DataFrame]:
    """The function that makes a table; raises ContractError where there is none."""
    module = module_of(contract, feed)
    try:
        return getattr(importlib.import_module(module), contract.short_name)  # type: ignore[no-any-return]
    except (ModuleNotFoundError, AttributeError) as error:
        raise ContractError(f"{contract.path}: {feed.job} needs a function {contract.short_name} in {module} ({error})") from error


def fingerprint(contract: Contract, feed: Feed) -> str:
    """Hash of what the contract says and what the function does; comments, docs and layout do not count."""
    meaning = {key: value for key, value in asdict(contract).items() if key not in (*WORDS, "feeds")}
    meaning["columns"] = [{k: v for k, v in column.items() if k not in WORDS} for column in meaning["columns"]]
    text = json.dumps([meaning, asdict(feed)], sort_keys=True, default=str)
    parts = [] if contract.layer == "bronze" else sorted(code(module_of(contract, feed)))
    return hashlib.sha256("\n".join([text, *parts]).encode()).hexdigest()[:16]


@cache
def code(module: str) -> frozenset[str]:
    """Syntax trees of a module and of what it imports of Emberlake, without docstrings."""
    seen: dict[str, str] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        spec = find_spec(name)
        if name in seen or spec is None or spec.origin is None:
            continue
        tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
        seen[name] = ast.dump(without_docstrings(tree))
        waiting += imported(tree)
    return frozenset(f"{name} {tree}" for name, tree in seen.items())


def imported(tree: ast.AST) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("emberlake."):
            found += [str(node.module), *[f"{node.module}.{alias.name}" for alias in node.names if is_module(f"{node.module}.{alias.name}")]]
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.startswith("emberlake.")]
    return found


def is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return tree
