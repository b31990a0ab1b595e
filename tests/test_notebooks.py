"""The notebooks, run as a reader runs them: what their last cells print is what the tables and the second calculation say."""

import json
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from emberlake.runtime.fixes import fix
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.run import Selection, run
from support.lakehouses import Built
from support.world import World

pytestmark = pytest.mark.slow
NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
RECEIPTS = ("bronze.kontor_wareneingang", "silver.goods_receipt", "gold.activity", "gold.factor_choice", "gold.emission", "gold.inventory")


def committed(name: str) -> nbformat.NotebookNode:
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)


def findings(name: str, lakehouse: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the last cell of a notebook prints about a lakehouse: one name and value a line."""
    monkeypatch.setenv("EMBERLAKE_LAKEHOUSE", str(lakehouse))
    notebook = committed(name)
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(NOTEBOOKS)}}).execute()
    printed = "".join(output["text"] for output in notebook.cells[-1].outputs if output.output_type == "stream" and output.name == "stdout")
    return dict(line.split(" ", 1) for line in printed.splitlines())


def test_the_inventory_is_the_sum_of_the_second_calculation(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    told = findings("inventory", world.lakehouse.settings.lakehouse, monkeypatch)
    numbers = [receipt.kgco2e for receipt in world.written.values()]
    covered = [number for number in numbers if number is not None]
    assert 0 < len(covered) < len(numbers)
    assert Decimal(told["kgco2e"]) == sum(covered)
    assert (int(told["activities"]), int(told["covered"])) == (len(numbers), len(covered))


def test_the_audit_sees_what_a_fix_changed(sample_lakehouse: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a copy of the lakehouse: one row of an unknown unit is mended, so that there is a release before and one after."""
    settings = sample_lakehouse.lakehouse.settings
    shutil.copytree(settings.lakehouse, tmp_path / "lakehouse", symlinks=True)
    copy = Lakehouse(replace(settings, lakehouse=tmp_path / "lakehouse"))
    open_rows = copy.books.read("quarantine", table_name="silver.goods_receipt", feed="kontor", rule_id="EMB-GR-004")
    mended = min(row["row_id"] for row in open_rows)
    fix(copy, mended, {"Einheit": "kg"}, "B. Lager", "the delivery note says kg")
    assert run(copy, Selection(RECEIPTS)).release_id
    told = findings("audit", copy.settings.lakehouse, monkeypatch)
    emissions = copy.store.dataset("gold.emission").to_table().to_pylist()
    assert (Decimal(told["kgco2e_first"]), Decimal(told["kgco2e_now"])) == (booked(sample_lakehouse.lakehouse), booked(copy))
    assert Decimal(told["kgco2e_now"]) - Decimal(told["kgco2e_first"]) == sum(emission["kgco2e"] for emission in new_ones(copy))
    assert Decimal(told["recomputed"]) == max(emission["kgco2e"] for emission in emissions if emission["kgco2e"] is not None)
    assert (told["missing"], int(told["quarantined"])) == ("0", len(copy.books.read("quarantine")))
    assert mended not in {row["row_id"] for row in copy.books.read("quarantine")}


def booked(lakehouse: Lakehouse) -> Decimal:
    """The control total of the inventory in force, from the books."""
    commit = lakehouse.books.last_commit("gold.inventory", None)
    assert commit is not None
    return Decimal(json.loads(commit["controls"])["kgco2e"])


def new_ones(lakehouse: Lakehouse) -> list[dict[str, object]]:
    """Postings of the ledger's last version that the one before it did not have."""
    version = lakehouse.store.version("gold.emission")
    before = {row["posting_id"] for row in lakehouse.store.dataset("gold.emission", version - 1).to_table().to_pylist()}
    return [row for row in lakehouse.store.dataset("gold.emission", version).to_table().to_pylist() if row["posting_id"] not in before]


@pytest.mark.parametrize("name", sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb")))
def test_committed_without_outputs(name: str) -> None:
    cells = committed(name).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    assert code and not any(cell.outputs or cell.execution_count for cell in code)
    assert max(len(cell.source.splitlines()) for cell in code) <= 20
