"""Listings of the sample company against its manifest and its run."""

from collections import Counter

import pytest

from emberlake.ask import listing
from emberlake.tables import Tables
from emberlake.tables.as_of import UnknownMoment
from support.lakehouses import Built

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tables(sample_lakehouse: Built) -> Tables:
    return Tables(sample_lakehouse.lakehouse.settings.lakehouse)


def test_tables(tables: Tables, sample_lakehouse: Built) -> None:
    found = {row.table_name: row for row in listing.tables_listing(tables)}
    counted = {name: tables.query(f"select count(*) as n from {name}").to_pylist()[0]["n"] for name in ("gold.inventory", "bronze.sap_mseg", "silver.unit")}
    assert {name: found[name].row_count for name in counted} == counted
    assert all(row.version == row.released_version and row.last_built_at and not row.is_stale for row in found.values())
    assert [row.layer for row in found.values()] == sorted((row.layer for row in found.values()), key=["bronze", "silver", "gold"].index)
    open_rows = {(row.table_name, row.row_id) for row in listing.quarantine_listing(tables)}
    assert {name: row.quarantined_count for name, row in found.items() if row.quarantined_count} == Counter(table for table, _ in open_rows)


def test_runs(tables: Tables, sample_lakehouse: Built) -> None:
    (run,) = listing.runs_listing(tables)
    assert (run.run_id, run.status, run.release_id) == (sample_lakehouse.run.run_id, "complete", sample_lakehouse.run.release_id)
    assert run.build_count == len(sample_lakehouse.run.accounts)


def test_quarantine_names_file_and_line(tables: Tables, sample_lakehouse: Built) -> None:
    """Each line that is listed is one that the manifest says is bad, and none of those is missing."""
    rows = listing.quarantine_listing(tables)
    assert rows and all(row.file_name and row.line and row.message for row in rows)
    bad = {(defect.file, defect.line) for defect in sample_lakehouse.manifest.defects if defect.severity == "quarantine"}
    assert {(row.file_name, row.line) for row in rows} == bad
    only = listing.quarantine_listing(tables, "silver.supplier")
    assert only and {row.table_name for row in only} == {"silver.supplier"}


def test_the_account_of_a_run_adds_up(tables: Tables, sample_lakehouse: Built) -> None:
    lines = listing.account_listing(tables, sample_lakehouse.run.run_id[:8])
    assert len(lines) == len(sample_lakehouse.run.accounts)
    for line in lines:
        ends = (line.written_count, line.unchanged_count, line.merged_count, line.quarantined_count, line.excluded_count, line.out_of_scope_count)
        assert sum(ends) == line.input_count, line.job
    with pytest.raises(UnknownMoment, match="0 runs are called nobody"):
        listing.account_listing(tables, "nobody")


def test_control_totals_are_the_same_from_silver_to_gold(tables: Tables, sample_lakehouse: Built) -> None:
    """Rows that gave way to a later delivery of the same line count no more than the quarantined ones."""
    totals = listing.control_totals(listing.account_listing(tables, sample_lakehouse.run.run_id))
    found = {(row.control, row.job): row.total for row in totals}
    receipts = [total for (control, job), total in found.items() if control == "spend_eur" and job.startswith("silver.goods_receipt")]
    assert len(receipts) == 2
    assert sum(receipts) == found["spend_eur", "gold.activity"] == found["spend_eur", "gold.inventory"]
    assert found["kgco2e", "gold.emission"] == found["kgco2e", "gold.inventory"]
