"""What another writer did to a table: it is read as it stands, or it is said why it cannot be; never past what was done."""

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable
from pyspark.sql import SparkSession

from emberlake.runtime.store.reading import UnreadableTable
from emberlake.tables import Tables
from emberlake.tables import sql as questions
from runtime.shops import Depot

pytestmark = pytest.mark.slow


@pytest.fixture
def depot(two_months: Depot, tmp_path: Path) -> Depot:
    return two_months.copy(tmp_path / "depot")  # type: ignore[return-value]


def test_texts_that_were_written_as_views_can_be_asked_for(depot: Depot) -> None:
    """As delta-rs leaves them where rows are deleted or updated: Arrow alone refuses to compare them with a text."""
    path = depot.lakehouse.store.path("silver.movement")
    DeltaTable(str(path)).update({"piece_count": "11"}, predicate="movement_id like '%A'")
    views = [field.type for fragment in DeltaTable(str(path)).to_pyarrow_dataset().get_fragments() for field in fragment.physical_schema]
    assert pa.string_view() in views
    rows = depot.lakehouse.store.dataset("silver.movement")
    asked = questions.checked("select movement_id, piece_count from silver.movement where period = '2025-01' and movement_id >= 'A'")
    assert questions.answer(asked, {"silver.movement": rows}).to_pylist() == [{"movement_id": "A", "piece_count": Decimal(11)}]
    tables = Tables(depot.lakehouse.settings.lakehouse, depot.lakehouse.contracts)
    assert [row["piece_count"] for row in tables.find("silver.movement", None, period="2025-01")] == [11]


def test_rows_that_lie_deleted_in_their_files_are_not_taken_for_standing_ones(depot: Depot, spark: SparkSession) -> None:
    """With a deletion vector the file still holds the row: nobody is told a wrong row, and nothing is written beside it."""
    depot.build()
    path = depot.lakehouse.store.path("silver.movement")
    spark.sql(f"alter table delta.`{path}` set tblproperties ('delta.enableDeletionVectors' = true)")
    spark.sql(f"delete from delta.`{path}` where movement_id like '%B' or movement_id like '%C'")
    stood = versions(depot)
    said = r"silver.movement: another writer gave the table features .* Nothing was changed"
    with pytest.raises(UnreadableTable, match=said):
        depot.build("gold.stock_change", publish=False)
    depot.receive("2", "D,2025-02-09,7")
    with pytest.raises(UnreadableTable, match=said):
        depot.build(publish=False)
    assert versions(depot) == stood | {"bronze.depot_movement": stood["bronze.depot_movement"] + 1}
    with pytest.raises(UnreadableTable, match=said):
        depot.movements()
    # What was published is another version, and still there to be asked.
    tables = Tables(depot.lakehouse.settings.lakehouse, depot.lakehouse.contracts)
    assert tables.query("select count(*) as n from silver.movement").to_pylist() == [{"n": 3}]


def versions(depot: Depot) -> dict[str, int]:
    return {table: depot.lakehouse.store.version(table) for table in depot.TABLES}
