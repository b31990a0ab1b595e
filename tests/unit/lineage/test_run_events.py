"""What the events say of the run: its ids, its parent, its time and its failure."""

from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path
from uuid import UUID

import pytest
from told_builds import AT, BUILD, RUN, events_in, failure, tags_of

from emberlake.runtime.lineage.facts import build_run_id
from emberlake.runtime.lineage.sending import Lineage


def test_build_names_its_parent_as_root(record: Path) -> None:
    Lineage(record).start(BUILD, AT)
    (event,) = events_in(record)
    parent = event["run"]["facets"]["parent"]
    for level in (parent, parent["root"]):
        assert level["run"]["runId"] == RUN.run_id
        assert (level["job"]["namespace"], level["job"]["name"]) == ("emberlake", "run")


def test_parent_run_has_no_parent_and_names_its_release_at_the_end(record: Path) -> None:
    lineage = Lineage(record)
    lineage.run_start(RUN, AT)
    lineage.run_complete(replace(RUN, release_id="2025-06.1"), AT)
    begun, done = events_in(record)
    assert begun["run"]["runId"] == done["run"]["runId"] == RUN.run_id
    assert set(begun["run"]["facets"]) == {"processing_engine"}
    assert tags_of(done) == {"release": "2025-06.1"}


def test_failure_carries_message_and_stack_trace_with_its_cause(record: Path) -> None:
    lineage = Lineage(record)
    lineage.fail(BUILD, AT, failure())
    lineage.run_fail(RUN, AT, failure())
    for event in events_in(record):
        facet = event["run"]["facets"]["errorMessage"]
        assert facet["message"] == "ValueError: menge of line 12 is no number; correct the extract"
        assert facet["programmingLanguage"] == "PYTHON"
        assert "in failure" in facet["stackTrace"]
        assert "invalid literal for int() with base 10: '12,50'" in facet["stackTrace"]


def test_run_id_of_a_build_is_the_same_for_a_retry_and_no_other() -> None:
    other_run = "0197c3a2-7a00-7000-8000-000000000002"
    assert build_run_id(RUN.run_id, "gold.emission") == build_run_id(RUN.run_id, "gold.emission")
    ids = {build_run_id(run, job) for run in (RUN.run_id, other_run) for job in ("gold.emission", "gold.activity")}
    assert len({UUID(run_id) for run_id in ids}) == 4


def test_event_time_is_utc_and_needs_a_zone(record: Path) -> None:
    lineage = Lineage(record)
    lineage.start(BUILD, AT.astimezone(timezone(timedelta(hours=2))))
    with pytest.raises(ValueError, match="no time zone"):
        lineage.start(BUILD, AT.replace(tzinfo=None))
    assert [event["eventTime"] for event in events_in(record)] == ["2025-07-01T06:00:00.000+00:00"]
