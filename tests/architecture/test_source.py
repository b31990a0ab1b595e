"""Rules of the house that the source itself must keep; lists of exceptions may only get shorter."""

import ast

import pytest
from source_tree import ROOT, SOURCE, functions, module_name, modules, used_elsewhere

LONGEST = 250
# Modules above it, with the lines that they may not exceed: one idea a module, so each waits to be cut.
TOO_LONG: dict[str, int] = {}
# Functions that other modules use and that do not say what they give.
WITHOUT_DOCSTRING: set[str] = set()
NOBODY_KNOWS_WHAT = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "base"}


def test_no_module_holds_more_than_one_idea_does() -> None:
    lines = {path.relative_to(SOURCE).as_posix(): path.read_text("utf-8").count("\n") for path in modules()}
    assert len(lines) > 100, "the source was not found"
    long = {name: count for name, count in lines.items() if count > LONGEST}
    assert {name: count for name, count in long.items() if count > TOO_LONG.get(name, LONGEST)} == {}
    assert set(TOO_LONG) - set(long) == set(), "short enough by now; take it off the list"


def test_what_other_modules_use_says_what_it_gives() -> None:
    shared = {f"{module_name(path)}.{function.name}": function for path in modules() for function in functions(path)}
    shared = {name: function for name, function in shared.items() if name in used_elsewhere()}
    assert len(shared) > 100, "what is used elsewhere was not found"
    assert {name for name, function in shared.items() if not ast.get_docstring(function)} - WITHOUT_DOCSTRING == set()
    mended = {name for name in WITHOUT_DOCSTRING if name not in shared or ast.get_docstring(shared[name])}
    assert mended == set(), "says it by now, or is gone; take it off the list"


def test_names_of_modules_say_what_is_in_them() -> None:
    names = {path.stem for path in modules()} | {path.parent.name for path in modules()}
    assert names & NOBODY_KNOWS_WHAT == set()


@pytest.mark.parametrize("layer", ["silver", "gold"])
def test_table_modules_never_import_one_another(layer: str) -> None:
    """They meet through contracts; but a history is made of the rows of the table whose history it is, by its function."""
    paths = [path for path in modules() if path.relative_to(SOURCE).parts[0] == layer]
    found = [
        f"{path.relative_to(ROOT)} imports {name}" for path in paths for name in imported(ast.parse(path.read_text("utf-8")))
        if name.startswith(("emberlake.silver", "emberlake.gold", "emberlake.runtime")) and f"{name.split('.')[2]}_history" != path.parent.name
    ]  # fmt: skip
    assert paths and found == []


@pytest.mark.parametrize("layer", ["silver", "gold"])
def test_no_package_of_tables_is_a_list_to_extend(layer: str) -> None:
    """A table is found by its place: `__init__` names none."""
    packages = sorted((SOURCE / layer).rglob("__init__.py"))
    statements = {p.relative_to(ROOT).as_posix(): [n for n in ast.parse(p.read_text("utf-8")).body if not is_docstring(n)] for p in packages}
    assert packages and {name: nodes for name, nodes in statements.items() if nodes} == {}


def imported(module: ast.Module) -> list[str]:
    found = [node.module or "" for node in ast.walk(module) if isinstance(node, ast.ImportFrom)]
    return found + [alias.name for node in ast.walk(module) if isinstance(node, ast.Import) for alias in node.names]


def is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
