"""What must stand beside every contract: its page, its owner, and for each function that makes rows the cases that try it."""

import ast

import pytest
from source_tree import ROOT

from emberlake.contracts.load import load_all
from emberlake.contracts.model import Contract, Feed
from emberlake.names import JUDGED_LAYERS

CONTRACTS = load_all(ROOT / "schemas")
FEEDS = {feed.job: (contract, feed) for contract in CONTRACTS.values() if contract.layer in JUDGED_LAYERS for feed in contract.feeds}


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
def test_a_table_has_a_page_that_names_its_owner_and_every_column(contract: Contract) -> None:
    page = (ROOT / "docs" / "tables" / contract.layer / f"{contract.short_name}.md").read_text("utf-8")
    assert page.startswith(f"# {contract.name}\n\n{contract.grain}\n")
    assert f"- owner {contract.owner}\n" in page
    assert [column.name for column in contract.columns if f"`{column.name}`" not in page] == []


@pytest.mark.parametrize(("contract", "feed"), FEEDS.values(), ids=FEEDS)
def test_a_function_that_makes_rows_has_cases_that_call_it(contract: Contract, feed: Feed) -> None:
    path = ROOT / "tests" / contract.layer / f"test_{contract.short_name}{f'_{feed.name}' if feed.name else ''}.py"
    module = ast.parse(path.read_text("utf-8"))
    wanted = f"emberlake.{contract.layer}.{contract.short_name}{f'.{feed.name}' if feed.name else ''}"
    imports = [node for node in ast.walk(module) if isinstance(node, ast.ImportFrom) and node.module == wanted]
    assert contract.short_name in {alias.name for node in imports for alias in node.names}, f"{path.name} does not import the function from {wanted}"
    assert any(isinstance(node, ast.FunctionDef) and node.name.startswith("test_") for node in module.body)


@pytest.mark.parametrize("layer", ["silver", "gold"])
def test_a_table_and_its_feeds_lie_in_the_layer_that_their_contract_names(layer: str) -> None:
    names = {name for name, contract in CONTRACTS.items() if contract.layer == layer}
    assert names and names == {f"{layer}.{path.stem if path.is_file() else path.name}".removesuffix(".odcs") for path in (ROOT / "schemas" / layer).iterdir()}
