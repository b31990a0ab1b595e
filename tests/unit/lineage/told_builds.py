"""A run and a build that the tests of lineage tell of, and the events that the record then holds."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from emberlake.runtime.lineage.facts import AssertionFacts, BuildFacts, ColumnFacts, RunFacts, build_run_id
from emberlake.runtime.lineage.sending import Lineage

Event = dict[str, Any]
AT = datetime(2025, 7, 1, 6, 0, tzinfo=UTC)
NAMESPACE = "file:///srv/lakehouse"
RUN = RunFacts(run_id="0197c3a2-7a00-7000-8000-000000000001", job="run")
BUILD = BuildFacts(
    run_id=build_run_id(RUN.run_id, "silver.goods_receipt/sap"),
    parent_run_id=RUN.run_id,
    parent_job=RUN.job,
    job="silver.goods_receipt/sap",
    table="silver.goods_receipt",
    namespace=NAMESPACE,
    inputs=(("bronze.sap_mseg", 4), ("silver.material", 12)),
    output_version=None,
    columns=(
        ColumnFacts("goods_receipt_id", "string", "Key of the receipt", ("bronze.sap_mseg.mblnr", "bronze.sap_mseg.zeile")),
        ColumnFacts("quantity", "decimal(18,3)", "Quantity received", ("bronze.sap_mseg.menge", "bronze.kontor_receipt.menge")),
        ColumnFacts("material_name", "string", "Name of the material", ("silver.material.material_name",)),
        ColumnFacts("source_system", "string", "System that told of the receipt", ()),
    ),
    row_count=None,
    byte_count=None,
    counts={},
    assertions=(),
    documentation="Goods received, one row per item of a material document.",
    owner="procurement",
    code_fingerprint="sha256:3f1c",
)
BUILT = replace(
    BUILD,
    output_version=7,
    row_count=118,
    byte_count=20_480,
    counts={"written": 118, "unchanged": 0, "merged": 3, "quarantined": 2, "excluded": 0},
    assertions=(
        AssertionFacts("EMB-GR-004", "unit_is_known", "quarantine", "unit_code", False, 2, "Unit XX is in no unit set."),
        AssertionFacts("EMB-GR-010", "key_is_unique", "reject", None, True, 0, "One row per goods_receipt_id."),
    ),
)


def events_in(record: Path) -> list[Event]:
    """The events that the record holds, in the order in which they were sent."""
    return [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]


def failure() -> ValueError:
    """An error that was really raised, and so has a stack trace and a cause."""
    with pytest.raises(ValueError) as caught:
        try:
            int("12,50")
        except ValueError as cause:
            raise ValueError("menge of line 12 is no number; correct the extract") from cause
    return caught.value


def every_event(record: Path) -> list[Event]:
    """One event of each kind, in the order in which a run sends them."""
    lineage = Lineage(record)
    lineage.run_start(RUN, AT)
    lineage.start(BUILD, AT)
    lineage.complete(BUILT, AT)
    lineage.fail(BUILT, AT, failure())
    lineage.run_complete(replace(RUN, release_id="2025-06.1"), AT)
    lineage.run_fail(RUN, AT, failure())
    lineage.close()
    return events_in(record)


def tags_of(event: Event) -> dict[str, str]:
    """Key and value of the tags of an event's run."""
    return {tag["key"]: tag["value"] for tag in event["run"]["facets"]["tags"]["tags"]}
