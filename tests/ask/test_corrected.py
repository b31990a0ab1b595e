"""A correction after a release: the number moves, what was published stays, and the explanation tells both."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from emberlake.ask.explain import explain_cell, explain_emission
from emberlake.ask.recompute import recompute
from emberlake.runtime.fixes import fix
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.run import Selection, run
from emberlake.runtime.settings import Settings
from emberlake.tables import Tables
from support.lakehouses import Built

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Corrected:
    tables: Tables
    emission_id: str
    before: str  # release
    row_id: str
    run_id: str


@pytest.fixture(scope="module")
def corrected(spark: SparkSession, sample_lakehouse: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corrected]:
    """A copy of the sample lakehouse in which the quantity of one receipt was corrected."""
    folder = tmp_path_factory.mktemp("corrected")
    settings = sample_lakehouse.lakehouse.settings
    shutil.copytree(settings.lakehouse, folder / "lakehouse", symlinks=True)
    tables = Tables(folder / "lakehouse")
    asked = "select emission_id, _source_row_id from gold.emission where source_system = 'kontor' and method = 'average-data' and kgco2e > 0 order by 1 limit 1"
    row = tables.query(asked).to_pylist()[0]
    before = tables.release().release_id
    lakehouse = Lakehouse(Settings(folder / "lakehouse", settings.landing, spark_conf=settings.spark_conf))
    fix(lakehouse, row["_source_row_id"], {"Menge": "1,500"}, "A. Keeper", "weighed again")
    done = run(lakehouse, Selection())
    yield Corrected(tables, row["emission_id"], before, row["_source_row_id"], done.run_id)
    lakehouse.lineage.close()


def test_the_explanation_shows_the_correction(corrected: Corrected) -> None:
    found = explain_emission(corrected.tables, corrected.emission_id)
    record = found.source.record
    assert record.fix and (record.fix.author, record.fix.reason, record.fix.corrects) == ("A. Keeper", "weighed again", corrected.row_id)
    assert record.corrected and record.corrected.row_id == corrected.row_id and "1,500" not in record.corrected.text
    assert found.goods_receipt["quantity"] == Decimal("1.5") and recompute(found.to_dict()) == found.emission["kgco2e"]


def test_the_history_tells_old_and_new(corrected: Corrected) -> None:
    found = explain_emission(corrected.tables, corrected.emission_id)
    first, reversal, second = found.history
    assert (first.weight, reversal.weight, second.weight) == (1, -1, 1)
    assert reversal.reverses == first.posting_id and reversal.kgco2e == -(first.kgco2e or 0)
    assert second.kgco2e == found.emission["kgco2e"]
    assert first.run_id != reversal.run_id == second.run_id == corrected.run_id


def test_what_was_published_stays_as_it_was(corrected: Corrected, sample_lakehouse: Built) -> None:
    before = explain_emission(corrected.tables, corrected.emission_id, as_of=corrected.before)
    original = explain_emission(Tables(sample_lakehouse.lakehouse.settings.lakehouse), corrected.emission_id)
    assert before.emission == original.emission and len(before.history) == 1
    assert before.source.record == original.source.record and before.builds == original.builds


def test_cells_add_up_before_and_after(corrected: Corrected) -> None:
    totals: dict[Any, Decimal] = {}
    for as_of in (corrected.before, None):
        found = explain_emission(corrected.tables, corrected.emission_id, as_of=as_of)
        cell = {name: found.emission[name] for name in ("period", "plant_id", "method")}
        totals[as_of] = explain_cell(corrected.tables, as_of=as_of, **cell).cell["kgco2e"] - found.emission["kgco2e"]
    assert totals[corrected.before] == totals[None], "nothing but the corrected emission moved"


def test_sums_follow_the_release(corrected: Corrected) -> None:
    asked = "select sum(kgco2e) as total from gold.emission"
    old, new = (corrected.tables.query(asked, as_of).to_pylist()[0]["total"] for as_of in (corrected.before, None))
    first, reversal, second = explain_emission(corrected.tables, corrected.emission_id).history
    assert new - old == (reversal.kgco2e or 0) + (second.kgco2e or 0) != 0
    assert isinstance(first.kgco2e, Decimal) and isinstance(corrected.tables.folder, Path)
