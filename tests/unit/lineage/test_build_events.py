"""What the events of a build say of tables, columns, rules and job."""

from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest
from told_builds import AT, BUILD, BUILT, NAMESPACE, events_in, tags_of

from emberlake.runtime.lineage.facts import AssertionFacts
from emberlake.runtime.lineage.sending import Lineage


def test_start_tells_what_is_read_and_claims_nothing_of_the_outcome(record: Path) -> None:
    Lineage(record).start(BUILD, AT)
    (event,) = events_in(record)
    assert [(dataset["name"], dataset["facets"]["version"]["datasetVersion"]) for dataset in event["inputs"]] == [
        ("bronze.sap_mseg", "4"),
        ("silver.material", "12"),
    ]
    assert {dataset["namespace"] for dataset in event["inputs"] + event["outputs"]} == {NAMESPACE}
    (output,) = event["outputs"]
    assert output["name"] == "silver.goods_receipt"
    assert set(output["facets"]) == {"schema", "columnLineage"}
    assert output["outputFacets"] == {}
    assert set(event["run"]["facets"]) == {"processing_engine", "parent", "tags"}


def test_complete_tells_version_size_and_counts(record: Path) -> None:
    Lineage(record).complete(BUILT, AT)
    (event,) = events_in(record)
    (output,) = event["outputs"]
    assert output["facets"]["version"]["datasetVersion"] == "7"
    statistics = output["outputFacets"]["outputStatistics"]
    assert (statistics["rowCount"], statistics["size"]) == (118, 20_480)
    assert tags_of(event) == {
        "code_fingerprint": "sha256:3f1c",
        "rows_written": "118",
        "rows_unchanged": "0",
        "rows_merged": "3",
        "rows_quarantined": "2",
        "rows_excluded": "0",
    }


def test_a_build_that_wrote_no_row_says_zero_and_not_nothing(record: Path) -> None:
    Lineage(record).complete(replace(BUILT, row_count=0, byte_count=0), AT)
    (event,) = events_in(record)
    statistics = event["outputs"][0]["outputFacets"]["outputStatistics"]
    assert (statistics["rowCount"], statistics["size"]) == (0, 0)


def test_schema_lists_the_columns_in_order(record: Path) -> None:
    Lineage(record).start(BUILD, AT)
    (event,) = events_in(record)
    fields = event["outputs"][0]["facets"]["schema"]["fields"]
    assert [(field["ordinal_position"], field["name"], field["type"]) for field in fields] == [
        (1, "goods_receipt_id", "string"),
        (2, "quantity", "decimal(18,3)"),
        (3, "material_name", "string"),
        (4, "source_system", "string"),
    ]
    assert fields[1]["description"] == "Quantity received"


def test_column_lineage_names_columns_of_tables_that_were_read(record: Path) -> None:
    Lineage(record).start(BUILD, AT)
    (event,) = events_in(record)
    fields = event["outputs"][0]["facets"]["columnLineage"]["fields"]
    named = {column: [(source["name"], source["field"]) for source in entry["inputFields"]] for column, entry in fields.items()}
    assert named == {
        "goods_receipt_id": [("bronze.sap_mseg", "mblnr"), ("bronze.sap_mseg", "zeile")],
        "quantity": [("bronze.sap_mseg", "menge")],  # the kontor feed is another build
        "material_name": [("silver.material", "material_name")],
    }


def test_column_lineage_claims_no_more_than_the_contract_knows(record: Path) -> None:
    Lineage(record).start(BUILD, AT)
    (event,) = events_in(record)
    fields = event["outputs"][0]["facets"]["columnLineage"]["fields"].values()
    transformations = [item for entry in fields for source in entry["inputFields"] for item in source["transformations"]]
    assert transformations == [{"type": "DIRECT"}] * 4


def test_rule_outcomes_are_tests_of_the_run(record: Path) -> None:
    Lineage(record).complete(BUILT, AT)
    (event,) = events_in(record)
    broken, kept = event["run"]["facets"]["test"]["tests"]
    assert broken == {
        "name": "EMB-GR-004",
        "type": "unit_is_known",
        "status": "fail",
        "severity": "warn",
        "actual": "2",
        "description": "Unit XX is in no unit set.",
        "params": {"table": "silver.goods_receipt", "column": "unit_code", "severity": "quarantine"},
    }
    assert (kept["status"], kept["severity"], kept["actual"]) == ("pass", "error", "0")
    assert kept["params"] == {"table": "silver.goods_receipt", "severity": "reject"}
    assert "silver.goods_receipt" not in [dataset["name"] for dataset in event["inputs"]]


def test_an_unknown_severity_is_refused() -> None:
    with pytest.raises(ValueError, match="EMB-GR-004: severity 'fatal' is unknown; use one of reject"):
        AssertionFacts("EMB-GR-004", "unit_is_known", "fatal", None, True, 0, "")


def test_job_tells_purpose_owner_and_engine(record: Path) -> None:
    Lineage(record).start(BUILD, AT)
    (event,) = events_in(record)
    facets = event["job"]["facets"]
    assert (event["job"]["namespace"], event["job"]["name"]) == ("emberlake", "silver.goods_receipt/sap")
    assert facets["documentation"]["description"] == BUILD.documentation
    assert [owner["name"] for owner in facets["ownership"]["owners"]] == ["procurement"]
    assert (facets["jobType"]["processingType"], facets["jobType"]["jobType"]) == ("BATCH", "BUILD")
    engine = event["run"]["facets"]["processing_engine"]
    assert (engine["name"], engine["version"]) == ("spark", version("pyspark"))
