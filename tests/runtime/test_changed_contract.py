"""A contract changes under a table that exists: what is added is altered in place, what breaks it is refused with a plan."""

from pathlib import Path

import pytest

from emberlake.runtime.store.altering import BreakingChange
from runtime.shops import END_OF_WERK, PLANT, TOWN, WERK, WORKS, Shop

pytestmark = pytest.mark.slow
COUNTRY = """  - name: land
    physicalName: Land
    logicalType: string
    physicalType: string
    description: Country, ISO 3166-1 alpha-2
    required: true
"""
OPTIONAL = COUNTRY.replace("    required: true\n", "")
PARTITION = "    partitioned: true\n    partitionKeyPosition: 1\n"
PATTERN = "    logicalTypeOptions: {pattern: '^[A-Z]{2}$'}\n"
TEXT = "name: country_code\n    logicalType: string\n    physicalType: string"
NUMBER = "name: country_code\n    logicalType: integer\n    physicalType: int"
# What changes in which contract, the table whose build is refused, and what is said of it.
BREAKING = {
    "another type": (PLANT, {PATTERN: "", TEXT: NUMBER}, "silver.plant", "column country_code: string becomes integer"),
    "a column is gone": (WERK, {COUNTRY: ""}, "bronze.kontor_werk", "column land is gone"),
    "new and required": (WERK, {END_OF_WERK: f"{TOWN}    required: true\n{END_OF_WERK}"}, "bronze.kontor_werk", "column ort is new and required"),
    "another partition": (PLANT, {PARTITION: ""}, "silver.plant", "partitioned by ['source_system'], now []"),
}


@pytest.fixture
def shop(two_plants: Shop, tmp_path: Path) -> Shop:
    return two_plants.copy(tmp_path / "shop")


def test_an_added_column_is_altered_in_place(shop: Shop) -> None:
    table, before = shop.lakehouse.store.standing("bronze.kontor_werk")
    shop.change(WERK, END_OF_WERK, TOWN + END_OF_WERK)
    shop.works("2", "1;Halle Süd;DE;Ulm", "3;Halle West;DE;", head=f"{WORKS};Ort")
    shop.land()
    shop.build(publish=False)
    assert shop.lakehouse.store.standing("bronze.kontor_werk")[0] == table, "the same table, not a new one"
    now = [(row["werk_nr"], row["ort"]) for row in shop.rows("bronze.kontor_werk")]
    assert sorted(now, key=str) == [("1", "Ulm"), ("1", None), ("2", None), ("3", None)]
    # Time travel: the version from before knows neither the new rows nor the column.
    then = shop.rows("bronze.kontor_werk", before)
    assert sorted(str(row["werk_nr"]) for row in then) == ["1", "2"] and all("ort" not in row for row in then)
    assert shop.plants() == [("kontor:1", "Halle Süd", "DE"), ("kontor:3", "Halle West", "DE")]


def test_a_column_that_is_no_longer_required_may_be_empty(shop: Shop) -> None:
    shop.change(WERK, COUNTRY, OPTIONAL)
    shop.works("2", "1;Halle Süd;")
    shop.land()
    shop.build("bronze.kontor_werk", publish=False)
    assert {row["land"] for row in shop.rows("bronze.kontor_werk")} == {"DE", None}


def test_a_column_cannot_become_required(shop: Shop) -> None:
    shop.change(WERK, END_OF_WERK, TOWN + END_OF_WERK)
    shop.lakehouse.store.ensure(shop.lakehouse.contract("bronze.kontor_werk"))
    shop.change(WERK, TOWN, TOWN + "    required: true\n")
    message, touched = refusal(shop)
    assert "column ort becomes required" in message and touched == {}


@pytest.mark.parametrize(("name", "changes", "table", "words"), BREAKING.values(), ids=BREAKING)
def test_a_breaking_change_is_refused_with_a_plan(shop: Shop, name: str, changes: dict[str, str], table: str, words: str) -> None:
    for old, new in changes.items():
        shop.change(name, old, new)
    message, touched = refusal(shop)
    assert message.startswith(f"{table}: the contract {Path(name).name} breaks the table that exists: {words}. Nothing was changed. Plan: ")
    assert f"name the new contract {table}_v2, with its function and cases" in message and f"remove {table} when nobody reads it" in message
    assert touched == {}
    assert [row["message"] for row in shop.lakehouse.books.read("run", status="failed")] == [message]


def refusal(shop: Shop) -> tuple[str, dict[str, str]]:
    """What a refused run says, and the files that differ after it; that it ran stands in the books and in lineage."""
    before = shop.files("audit/run", "lineage")
    with pytest.raises(BreakingChange) as error:
        shop.build()
    return str(error.value), dict(shop.files("audit/run", "lineage").items() ^ before.items())
