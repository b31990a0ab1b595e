"""What stands between a table and its release: verdicts on tables that are written by hand, fault by fault."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from emberlake.runtime.gate import Refused, validate
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.settings import Settings
from runtime.shops import PLANT, Shop
from support.tables import frame, table

RECEIPT, PLANTS = "silver.goods_receipt", "silver.plant"
END_OF_PLANT = "  customProperties:\n  - property: write"


@pytest.fixture
def lakehouse(spark: SparkSession, tmp_path: Path) -> Lakehouse:
    """Suppliers and materials, of which there are none; receipts and plants are for the test to write."""
    opened = Lakehouse(Settings(tmp_path / "lakehouse", tmp_path / "landing"))
    for name in ("silver.supplier", "silver.material"):
        opened.store.ensure(opened.contract(name))
    return opened


def write(lakehouse: Lakehouse, name: str, rows: Iterable[Mapping[str, Any]]) -> int:
    """Append rows as they are, past every rule, to a table that requires nothing; the version of the commit."""
    frame(lakehouse.spark, name, rows, source_system="kontor").write.format("delta").mode("append").save(str(lakehouse.store.path(name)))
    return lakehouse.store.version(name)


def test_every_fault_is_found_and_counted(lakehouse: Lakehouse) -> None:
    plants = write(lakehouse, PLANTS, table("plant_id\nkontor:1"))
    receipts = write(lakehouse, RECEIPT, table("""
        goods_receipt_id | plant_id | supplier_id
        R1               | kontor:1 |
        R1               | kontor:1 |
        R2               | kontor:2 | kontor:7
        R3               | kontor:2 |
                         |          |
    """))  # fmt: skip
    with pytest.raises(Refused, match="nothing was published"):
        validate(lakehouse, "run", {RECEIPT: receipts}, {PLANTS: plants}, lambda _: None)
    assert {row["expectation_id"]: (row["is_success"], row["unexpected_count"]) for row in lakehouse.books.read("verdict")} == {
        f"{RECEIPT}.columns": (True, None),
        f"{RECEIPT}.rows": (True, None),
        f"{RECEIPT}.goods_receipt_id.not_null": (False, 1),
        f"{RECEIPT}.key": (False, 1),
        f"{RECEIPT}.plant_id.reference": (False, 2),
        f"{RECEIPT}.supplier_id.reference": (False, 1),
        f"{RECEIPT}.material_id.reference": (True, 0),
    }


def test_a_verdict_names_the_expectation_as_the_suite_does(lakehouse: Lakehouse) -> None:
    lakehouse.store.ensure(lakehouse.contract(PLANTS))
    lakehouse.store.ensure(lakehouse.contract(RECEIPT))
    validate(lakehouse, "run", {RECEIPT: 0}, {}, lambda _: None)
    rows = {row["expectation_id"]: row for row in lakehouse.books.read("verdict")}
    assert rows[f"{RECEIPT}.key"]["expectation_type"] == "unexpected_rows_expectation"
    assert rows[f"{RECEIPT}.key"]["message"] == "Each goods_receipt_id stands once."
    empty = rows[f"{RECEIPT}.rows"]
    assert (empty["is_success"], empty["severity"], empty["message"]) == (False, "warn", "The table is not empty.")


def test_what_a_row_refers_to_is_read_as_it_is_to_be_released(lakehouse: Lakehouse) -> None:
    released = write(lakehouse, PLANTS, table("plant_id\nkontor:1"))
    newer = write(lakehouse, PLANTS, table("plant_id\nkontor:2"))
    receipts = write(lakehouse, RECEIPT, table("goods_receipt_id | plant_id\nR1 | kontor:2"))
    with pytest.raises(Refused, match=r"Each plant_id stands in silver\.plant\. \(1 rows\)"):
        validate(lakehouse, "early", {RECEIPT: receipts}, {PLANTS: released}, lambda _: None)
    validate(lakehouse, "late", {RECEIPT: receipts}, {PLANTS: newer}, lambda _: None)


def test_queries_that_fail_leave_the_others_their_verdict(two_plants: Shop, tmp_path: Path) -> None:
    """Each is told its own trouble: one asks for a column that is not there, two stumble over a row."""
    shop = two_plants.copy(tmp_path / "shop")
    quality = "".join(
        f"  - id: EMB-T-{number}\n    name: query_{number}\n    type: sql\n    query: select * from ${{object}} where {condition}\n"
        f"    mustBe: 0\n    severity: warn\n    description: Query {number}.\n"
        for number, condition in enumerate(("no_such_column = 1", "1 / (length(plant_id) - length(plant_id)) > 1", "cast(plant_name as int) > 1"))
    )
    shop.change(PLANT, END_OF_PLANT, f"  quality:\n{quality}{END_OF_PLANT}")
    version = shop.lakehouse.store.version(PLANTS)
    rows = validate(shop.lakehouse, "troubled", {PLANTS: version}, {}, lambda _: None)
    found = {row["expectation_id"]: row for row in rows}
    assert {id_: row["is_success"] for id_, row in found.items()} == {
        f"{PLANTS}.columns": True, f"{PLANTS}.rows": True, f"{PLANTS}.plant_id.not_null": True, f"{PLANTS}.key": True,
        "EMB-T-0": False, "EMB-T-1": False, "EMB-T-2": False,
    }  # fmt: skip
    for id_, trouble in {"EMB-T-0": "no_such_column", "EMB-T-1": "DIVIDE_BY_ZERO", "EMB-T-2": "CAST_INVALID_INPUT"}.items():
        assert "could not be evaluated" in found[id_]["message"] and trouble in found[id_]["message"]
