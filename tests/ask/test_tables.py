"""Releases as readers see them, and what SQL may do: on tables of a few rows."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from small import FIRST, SECOND, Small

from emberlake.tables import NoSuchTable, Tables
from emberlake.tables.as_of import NothingPublished, UnknownMoment
from emberlake.tables.sql import FailedQuery, RefusedQuery

TOTAL = "select sum(kgco2e) as kgco2e, count(*) as n from gold.inventory"
BIG = Decimal("12345678901234567890123456.123456789012")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """Two releases of gold.inventory, and a third version that nobody has published."""
    made = Small(tmp_path_factory.mktemp("small"))
    made.write("gold.inventory", [{"inventory_id": "a", "kgco2e": Decimal("1.000000000001")}])
    made.release("one", FIRST, "gold.inventory")
    made.run("one", FIRST)
    made.write("gold.inventory", [{"inventory_id": "b", "kgco2e": BIG}])
    made.write("silver.unit", [{"unit_id": "sap:ST"}])
    made.release("two", SECOND, "gold.inventory", "silver.unit")
    made.run("two", SECOND)
    made.run("idle", datetime(2026, 3, 15, tzinfo=UTC), release=False)
    made.run("bad", datetime(2026, 3, 16, tzinfo=UTC), status="failed", release=False)
    made.write("gold.inventory", [{"inventory_id": "c", "kgco2e": Decimal(5)}])
    return made


@pytest.mark.parametrize(
    ("as_of", "release"),
    [
        (None, "two"), ("2026-03-01", "one"), ("2026-03-31", "one"), ("2026-04-01", "two"), ("2026-04-01T07:59:59", "one"),
        ("2026-04-01T08:00:00", "two"), ("2026-04-01T08:30:00+01:00", "one"), ("2126-01-01", "two"), ("release-one", "one"),
        ("run-one", "one"), ("run-two", "two"), ("release-tw", "two"), ("run-idle", "one"),
    ],
)  # fmt: skip
def test_a_moment_means_the_release_in_force(small: Small, as_of: str | None, release: str) -> None:
    assert small.tables.release(as_of).release_id == f"release-{release}"


@pytest.mark.parametrize(
    ("as_of", "error", "says"),
    [
        ("2026-02-28", NothingPublished, r"by 2026-02-28 23:59:59 UTC .* the first release, release-one, was made at 2026-03-01 08:00:00 UTC"),
        ("run-bad", UnknownMoment, r"failed and published nothing: the disk is full"),
        ("yesterday", UnknownMoment, r"neither a time"),
        ("release-", UnknownMoment, r"fits several"),
    ],
)
def test_a_moment_without_release_is_told_and_not_guessed(small: Small, as_of: str, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        small.tables.query(TOTAL, as_of)


def test_before_the_first_release_nothing_is_read(tmp_path: Path) -> None:
    made = Small(tmp_path)
    made.write("gold.inventory", [{"inventory_id": "a"}])
    with pytest.raises(NothingPublished, match="nothing has been published yet"):
        made.tables.query(TOTAL)
    assert made.tables.query("select 1 as one").to_pylist() == [{"one": 1}]


def test_readers_see_released_versions_and_every_digit(small: Small) -> None:
    assert small.tables.query(TOTAL, "run-one").to_pylist() == [{"kgco2e": Decimal("1.000000000001"), "n": 1}]
    assert small.tables.query(TOTAL).to_pylist() == [{"kgco2e": Decimal("12345678901234567890123457.123456789013"), "n": 2}]
    assert small.tables.show("gold.inventory").column("inventory_id").to_pylist() == ["a", "b"]
    assert small.tables.show("gold.inventory", limit=1).column("kgco2e").to_pylist() == [Decimal("1.000000000001")]


def test_audit_tables_are_always_current(small: Small) -> None:
    count = "select count(distinct release_id) as n from audit.release"
    assert small.tables.query(count, "run-one").to_pylist() == small.tables.query(count).to_pylist() == [{"n": 2}]
    assert small.tables.show("audit.run").num_rows == 4


def test_tables_that_a_release_lacks(small: Small) -> None:
    with pytest.raises(NoSuchTable, match=r"silver\.unit is not part of release release-one"):
        small.tables.show("silver.unit", "run-one")
    with pytest.raises(FailedQuery, match="emberlake tables"):
        small.tables.query("select * from silver.unit", "run-one")
    with pytest.raises(NoSuchTable, match=r"no table gold\.nothing"):
        small.tables.show("gold.nothing")


@pytest.mark.parametrize(
    "sql",
    [
        "describe gold.inventory", "with x as (select * from gold.inventory) select count(*) from x", "from gold.inventory",
        "-- how many\n select count(*) from GOLD.Inventory", "(select 1) union all (select 2)", "/* ; */ select ';' as x",
        'select * from "gold"."inventory" join silver.unit using (organisation_id)', "summarize gold.inventory",
        "select * from query('select * from gold.inventory')",
    ],
)  # fmt: skip
def test_questions_are_answered(small: Small, sql: str) -> None:
    assert small.tables.query(sql).num_columns > 0


@pytest.mark.parametrize(
    "sql",
    [
        "attach '{file}' as other", "copy (select 1) to '{file}'", "copy gold.inventory to '{file}'", "export database '{file}'",
        "create table gold.mine as select 1", "insert into gold.inventory select * from gold.inventory", "drop view gold.inventory",
        "update gold.inventory set kgco2e = 0", "delete from gold.inventory", "pragma database_list", "pragma table_info('gold.inventory')",
        "/* select */ pragma version", "call pragma_version()", "set enable_external_access = true", "reset enable_external_access",
        "install httpfs", "load httpfs", "select 1; select 2", "select 1; attach '{file}'", "", "-- nothing", "vacuum",
        "explain analyze copy (select 1) to '{file}'", "prepare p as select 1", "begin transaction", "use gold", "checkpoint",
        "select * from read_csv('/etc/passwd')", "select * from read_text('/etc/passwd')", "select * from read_blob('/etc/passwd')",
        "select * from glob('/etc/*')", "select * from parquet_scan('/etc/passwd')", "select * from read_json('/etc/passwd')",
        "select * from sniff_csv('/etc/passwd')", "select * from query('from read_text(''/etc/passwd'')')",
    ],
)  # fmt: skip
def test_anything_else_is_refused(small: Small, tmp_path: Path, sql: str) -> None:
    file = tmp_path / "out"
    with pytest.raises(RefusedQuery):
        small.tables.query(sql.format(file=file))
    assert not file.exists()


@pytest.mark.parametrize(
    "sql", ["select * from '/etc/passwd'", "select * from small", "select getenv('HOME')", "selec 1", "select nothing from gold.inventory"]
)
def test_what_cannot_be_read_fails_in_words(small: Small, sql: str) -> None:
    with pytest.raises(FailedQuery):
        small.tables.query(sql)


def test_a_ledger_sums_to_what_is_in_force(tmp_path: Path) -> None:
    made = Small(tmp_path)
    rows = [("1", Decimal(10), None, 1), ("1/reversed", Decimal(-10), "1", -1), ("2", Decimal(7), None, 1)]
    made.write("gold.emission", [{"emission_id": "e", "posting_id": p, "kgco2e": k, "reverses": r, "weight": w} for p, k, r, w in rows])
    made.release("one", FIRST, "gold.emission")
    asked = Tables(tmp_path).query("select sum(kgco2e) as kgco2e, sum(weight) as emissions from gold.emission").to_pylist()
    assert asked == [{"kgco2e": Decimal(7), "emissions": 1}]
