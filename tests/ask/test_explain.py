"""Explanations of the sample company: each recomputes to its number, and ends in the text of its extract."""

import json
import random
from collections.abc import Mapping
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from emberlake.ask.cell import DoesNotReAdd, NoSuchCell, re_adds
from emberlake.ask.explain import NoSuchEmission, explain_cell, explain_emission
from emberlake.ask.explanation import Explanation
from emberlake.ask.kept_copy import CopyDamaged, read_record
from emberlake.ask.recompute import CannotRecompute, recompute
from emberlake.ask.tree import cell_tree, explanation_tree
from emberlake.tables import Tables
from emberlake.tables.as_of import NothingPublished
from support.lakehouses import Built

pytestmark = pytest.mark.slow
REASONS = {"no_mapping", "no_mass", "no_factor"}


@pytest.fixture(scope="module")
def tables(sample_lakehouse: Built) -> Tables:
    return Tables(sample_lakehouse.lakehouse.settings.lakehouse)


@pytest.fixture(scope="module")
def emissions(tables: Tables) -> list[dict[str, Any]]:
    asked = "select emission_id, kgco2e, reason, method, source_system from gold.emission order by emission_id"
    return list(tables.query(asked).to_pylist())


@pytest.fixture(scope="module")
def explained(tables: Tables, emissions: list[dict[str, Any]]) -> list[Explanation]:
    """Twenty-five at random (the same every time), and one of each reason, method and source."""
    chosen = {e["emission_id"] for e in random.Random(2025).sample(emissions, 25)}
    kinds = {(e["reason"], e["method"], e["source_system"]): e["emission_id"] for e in emissions}
    return [explain_emission(tables, emission_id) for emission_id in sorted(chosen | set(kinds.values()))]


def printed(tree: object) -> str:
    console = Console(file=StringIO(), width=400)
    console.print(tree)
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_numbers_recompute_from_the_explanation_alone(explained: list[Explanation]) -> None:
    """Through JSON and back, so that nothing but the text of the explanation is used."""
    numbers = [e for e in explained if e.emission["kgco2e"] is not None]
    again = {e.emission["emission_id"]: recompute(json.loads(json.dumps(e.to_dict()))) for e in numbers}
    assert again == {e.emission["emission_id"]: e.emission["kgco2e"] for e in numbers}
    assert {e.emission["method"] for e in numbers} == {"average-data", "spend-based"}
    assert {e.mass.dimension for e in numbers} >= {"mass", "count"}


def test_derivations_agree_with_the_rows(explained: list[Explanation]) -> None:
    for e in explained:
        assert e.mass.mass_kg == e.goods_receipt["mass_kg"] == e.activity["mass_kg"]
        assert e.money.spend_eur == e.activity["spend_eur"]
        assert e.emission["formula"] is None or e.emission["formula"] in (e.formula or e.emission["formula"])
        if e.mass.mass_kg is not None:
            assert e.mass.words.endswith(f"= {e.mass.mass_kg} kg")
        assert e.money.spend_usd is None or str(e.money.spend_usd) in e.money.words or e.money.currency_code == "USD"


def test_the_line_of_the_extract_holds_the_row(sample_lakehouse: Built, explained: list[Explanation]) -> None:
    """The text of the explanation stands in the file that was delivered, on the line that is named."""
    for e in explained:
        record = e.source.record
        delivered = (sample_lakehouse.extracts / record.extract.file_name).read_bytes().decode(record.extract.encoding)
        assert delivered.splitlines()[record.line - 1] == record.text.splitlines()[0]
        texts = [value for value in e.source.row.values() if isinstance(value, str) and value in record.values.values()]
        assert len(texts) >= 5 and all(value in record.text for value in texts)
        assert e.source.row["_source_line"] == record.line and e.source.row["_source_row_id"] == record.row_id


def test_a_number_says_which_factor_and_why(explained: list[Explanation]) -> None:
    for e in (e for e in explained if e.factor):
        assert e.question and e.mapping and e.why_factor
        assert e.factor["kgco2e_per_unit"] == e.emission["factor_kgco2e_per_unit"]
        assert e.mapping["activity_code"] == e.question["activity_code"] == e.factor["activity_code"]
        same_place = e.factor["geography_code"] == e.question["geography_code"]
        assert same_place or (e.policy and e.policy["factor_policy_id"] in e.why_factor and e.policy["decided_by"] in e.why_factor)


def test_no_number_says_what_to_decide(explained: list[Explanation]) -> None:
    without = [e for e in explained if e.emission["kgco2e"] is None]
    assert {e.emission["reason"] for e in without} >= REASONS
    for e in without:
        assert e.missing and e.missing.needed and e.formula is None
        assert any(str(e.activity[name]) in e.missing.needed for name in ("material_group_code", "material_id", "goods_receipt_id"))
        with pytest.raises(CannotRecompute, match=e.missing.reason):
            recompute(e.to_dict())


def test_builds_lead_from_the_number_to_the_file(sample_lakehouse: Built, explained: list[Explanation]) -> None:
    for e in explained:
        builds = {build.table_name: build for build in e.builds}
        assert {"gold.emission", "gold.activity", "gold.factor_choice", "silver.goods_receipt", e.source.table_name} <= set(builds)
        assert e.source.record.extract.file_hash in builds[e.source.table_name].consumed
        assert {build.run_id for build in e.builds} == {sample_lakehouse.run.run_id}
        assert [p.run_id for p in e.history] == [sample_lakehouse.run.run_id]
        code = [Path(__file__).parents[2] / build.code for build in e.builds if build.code]
        assert len(code) > 5 and all(path.is_file() for path in code)


def test_the_tree_goes_down_to_the_line(explained: list[Explanation]) -> None:
    for e in explained:
        text = printed(explanation_tree(e))
        steps = ["src/emberlake/gold/emission.py", f"activity {e.activity['activity_id']}", "src/emberlake/carbon/mass.py", e.source.record.extract.file_name]
        places = [text.index(step) for step in [*steps, e.source.record.text.splitlines()[0]]]
        assert places == sorted(places)
        assert "NOT EQUAL" not in text and (e.missing is None or e.missing.needed in text)


def test_every_cell_adds_up(tables: Tables) -> None:
    cells = tables.query("select inventory_id, kgco2e, activity_count, covered_activity_count from gold.inventory").to_pylist()
    total = Decimal(0)
    for cell in cells:
        found = explain_cell(tables, cell["inventory_id"])
        assert found.posted_kgco2e == found.recomputed_kgco2e == cell["kgco2e"]
        assert sum((row["kgco2e"] for row in found.by_factor), Decimal(0)) == (cell["kgco2e"] or 0)
        assert sum(row["activity_count"] for row in found.by_reason) == cell["activity_count"] - cell["covered_activity_count"]
        assert [row["kgco2e"] for row in found.top] == sorted((row["kgco2e"] for row in found.top), reverse=True)
        total += cell["kgco2e"] or 0
    assert len(cells) > 50
    assert total == tables.query("select sum(kgco2e) as total from gold.emission").to_pylist()[0]["total"]


def test_a_cell_by_its_values(tables: Tables) -> None:
    found = explain_cell(tables, top=3, period="2025-08", plant_id="sap:1000", method="average-data")
    assert found.cell["inventory_id"] == "rivetwerk|2025-08|3|1|average-data|single|sap:1000"
    assert len(found.top) == 3 and json.loads(json.dumps(found.to_dict()))["cell"]["kgco2e"] == str(found.cell["kgco2e"])
    text = printed(cell_tree(found))
    assert found.top[0]["emission_id"] in text and f"{found.cell['kgco2e']:,f} kgco2e" in text
    with pytest.raises(NoSuchCell, match="exactly one is needed"):
        explain_cell(tables, period="2025-08")
    with pytest.raises(NoSuchCell, match="no column colour"):
        explain_cell(tables, colour="red")


def test_a_cell_that_does_not_add_up_is_no_explanation() -> None:
    cell = {"inventory_id": "c", "kgco2e": Decimal(3), "activity_count": 2, "covered_activity_count": 2, "mass_kg": 1, "spend_eur": 1}
    sums = {"posted": Decimal(3), "recomputed": Decimal(3), "activities": 2, "covered": 2, "mass_kg": 1, "spend_eur": 1}
    re_adds(cell, sums)
    for name, value in {"posted": Decimal("3.000000000001"), "recomputed": None, "activities": 3, "mass_kg": 2}.items():
        with pytest.raises(DoesNotReAdd, match="cell c does not add up"):
            re_adds(cell, sums | {name: value})


def test_what_is_not_there_is_told(tables: Tables, emissions: list[dict[str, Any]]) -> None:
    with pytest.raises(NoSuchEmission, match="holds no emission 'x'"):
        explain_emission(tables, "x")
    first = tables.release().released_at
    with pytest.raises(NothingPublished, match=f"was made at {first:%Y-%m-%d %H:%M:%S} UTC"):
        explain_emission(tables, emissions[0]["emission_id"], as_of="2001-01-01")


def test_a_kept_copy_that_was_changed_is_told(tmp_path: Path, explained: list[Explanation], tables: Tables) -> None:
    record = explained[0].source.record
    contract = tables.contract(explained[0].source.table_name)
    landings = [landed(record.extract.__dict__)]
    copy = tmp_path / record.extract.kept_copy
    with pytest.raises(CopyDamaged, match="is gone"):
        read_record(tmp_path, contract, landings, record.row_id)
    copy.parent.mkdir(parents=True)
    copy.write_bytes((tables.folder / record.extract.kept_copy).read_bytes())
    assert read_record(tmp_path, contract, landings, record.row_id) == record
    copy.write_bytes(copy.read_bytes() + b"\n")
    with pytest.raises(CopyDamaged, match="was changed after it landed"):
        read_record(tmp_path, contract, landings, record.row_id)


def landed(extract: Mapping[str, Any]) -> dict[str, Any]:
    """The row of audit.landing behind an extract."""
    return {**extract, "archive_name": extract["kept_copy"]}
