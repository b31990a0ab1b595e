"""The recipes of CONTRIBUTING, followed to the letter by someone who knows nothing else."""

import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from clone import ROOT, Clone, Recipe, recipe

from emberlake.contracts.load import load_all
from emberlake.runtime.store import Store

pytestmark = pytest.mark.slow
SOURCE, TABLE = recipe("To add a source"), recipe("To add a table")
RENDERED = ("docs/tables/", "expectations/")
KNOWN_AT = datetime(2026, 1, 2, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Followed:
    """The clone after a recipe: what its commands said, and which files are new or differ."""

    clone: Clone
    said: str
    added: list[str]
    changed: list[str]


def follow(clone: Clone, written: Recipe) -> Followed:
    before = clone.content()
    clone.write(written.files)
    said = clone.run(written.commands)
    after = clone.content()
    assert set(before) <= set(after), "a file is gone"
    return Followed(clone, said, sorted(set(after) - set(before)), sorted(name for name in before if before[name] != after[name]))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Followed:
    clone = Clone(tmp_path_factory.mktemp("clone"))
    clone.fill()
    return follow(clone, SOURCE)


@pytest.fixture(scope="module")
def table(source: Followed) -> Followed:
    enter_inventory(source.clone.folder / "demo" / "lakehouse")
    return follow(source.clone, TABLE)


def enter_inventory(lakehouse: Path) -> None:
    """An inventory of three cells where `make demo` would leave one of a whole year."""
    contract = load_all(ROOT / "schemas")["gold.inventory"]
    cells = [("2025-01", "average-data", "10.5", 100, 100), ("2025-01", "unmapped", None, 50, 0), ("2025-02", "unmapped", None, 30, 0)]
    rows: list[dict[str, Any]] = []
    for period, method, kgco2e, spend, covered in cells:
        of_cell = {"inventory_id": f"{period}|{method}", "period": period, "method": method, "known_at": KNOWN_AT,
                   "kgco2e": kgco2e and Decimal(kgco2e), "spend_eur": Decimal(spend), "covered_spend_eur": Decimal(covered)}  # fmt: skip
        rows.append({c.name: of_cell[c.name] if c.name in of_cell else usual(c.type) for c in contract.columns if c.required or c.name in of_cell})
    Store(lakehouse).append_small("gold.inventory", rows, contract)


def usual(kind: str) -> Any:
    return Decimal(1) if kind.startswith("decimal") else {"string": "x", "bigint": 1}[kind]


def test_the_source_gives_the_rows_that_the_recipe_promises(source: Followed) -> None:
    assert SOURCE.answer.count("\n") == 3
    assert source.said.endswith(SOURCE.answer), source.said
    assert "1 passed" in source.said and ", 0 refused" in source.said and "unclaimed" not in source.said


def test_the_table_gives_the_months_of_the_inventory(table: Followed) -> None:
    months = [line.split("\t") for line in table.said.splitlines()[-2:]]
    assert months == [["2025-01", "10.500000000000", "150.000000", "100.000000"], ["2025-02", "", "30.000000", "0.000000"]]
    assert "1 passed" in table.said


@pytest.mark.parametrize(
    ("made", "rendered", "changed"),
    [
        ("source", ["docs/tables/bronze/acme_store.md"], ["docs/tables/silver/plant.md"]),
        ("table", ["docs/tables/gold/monthly_total.md", "expectations/gold/monthly_total.json"], []),
    ],
)
def test_no_file_that_existed_changed_but_rendered_ones(made: str, rendered: list[str], changed: list[str], request: pytest.FixtureRequest) -> None:
    followed: Followed = request.getfixturevalue(made)
    written = {"source": SOURCE, "table": TABLE}[made].files
    assert followed.added == sorted([*rendered, *(name for name in written if not name.startswith("landing/"))])
    assert followed.changed == changed and all(name.startswith(RENDERED) for name in rendered + changed)


def test_the_files_of_the_recipes_pass_the_checks_of_style(table: Followed) -> None:
    files = [name for written in (SOURCE, TABLE) for name in written.files if name.endswith(".py")]
    assert len(files) == 4
    for words in (["check"], ["format", "--check"]):
        done = subprocess.run([sys.executable, "-m", "ruff", *words, "--no-cache", *files], cwd=table.clone.folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_contract_without_its_function_is_found(source: Followed, tmp_path: Path) -> None:
    """The check is what makes finding by place safe: it says what is missing, and where."""
    module = source.clone.folder / "src/emberlake/silver/plant/acme.py"
    aside = module.rename(tmp_path / "acme.py")
    try:
        with pytest.raises(AssertionError, match=r"silver\.plant/acme: src/emberlake/silver/plant/acme\.py with a function plant is missing"):
            source.clone.run("emberlake contracts check")
    finally:
        aside.rename(module)
