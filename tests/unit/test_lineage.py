"""Lineage events: what they say, that they conform to OpenLineage 2-0-2, and that no server can harm a build.

Conformance is checked twice. Always: the envelope against a JSON schema written here from the text of the
specification, every facet against the client's class of the same schema address (those classes are generated from the
specification), and its key against the list below. And, if EMBERLAKE_OPENLINEAGE_SPEC names a folder that holds the
specification's own `OpenLineage.json` and `facets/*.json`, against those: the client's package does not carry them.
"""

import importlib
import json
import logging
import os
import pkgutil
import socket
import threading
import time
import types
import typing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlparse
from uuid import UUID

import attrs
import jsonschema
import pytest
from openlineage.client import generated
from referencing import Registry, Resource

from emberlake.runtime.lineage import (
    MIRROR_PATIENCE,
    AssertionFacts,
    BuildFacts,
    ColumnFacts,
    Lineage,
    LineageError,
    RunFacts,
    build_run_id,
)

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


@pytest.fixture(autouse=True)
def no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No setting of the machine reaches the client, and none that the client makes outlives the test."""
    for name in [name for name in os.environ if name.startswith("OPENLINEAGE")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    yield
    for name in [name for name in os.environ if name.startswith("OPENLINEAGE")]:
        del os.environ[name]


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return tmp_path / "audit" / "lineage.jsonl"


def events_in(record: Path) -> list[Event]:
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
    return {tag["key"]: tag["value"] for tag in event["run"]["facets"]["tags"]["tags"]}


# What the events say


def test_events_are_appended_in_order_and_kept_by_a_second_run(record: Path) -> None:
    every_event(record)
    states = [event["eventType"] for event in every_event(record)]
    assert states == ["START", "START", "COMPLETE", "FAIL", "COMPLETE", "FAIL"] * 2


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


# The record


def test_a_record_that_cannot_be_written_stops_the_build(record: Path) -> None:
    lineage = Lineage(record)
    record.mkdir()
    with pytest.raises(LineageError, match=r"lineage\.jsonl cannot be written"):
        lineage.start(BUILD, AT)


def test_a_record_without_a_folder_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LineageError, match="folder of the lineage record"):
        Lineage(tmp_path / "file" / "lineage.jsonl")


def test_switching_the_client_off_does_not_switch_the_record_off(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENLINEAGE_DISABLED", "true")
    assert len(every_event(record)) == 6


def test_nothing_is_printed_when_no_mirror_is_configured(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    every_event(record)
    assert capsys.readouterr() == ("", "")


# The mirror


@contextmanager
def lineage_server(status: int) -> Iterator[tuple[str, list[Event]]]:
    """A server on the loopback interface that answers `status`, and the events it was sent."""
    received: list[Event] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", received
        finally:
            server.shutdown()
            thread.join()


def dead_url() -> str:
    """An address where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def by_argument(url: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> dict[str, object] | None:
    return {"transport": {"type": "http", "url": url}}


def by_variables(url: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> dict[str, object] | None:
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT", json.dumps({"type": "http", "url": url}))
    return None


def by_url_variable(url: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> dict[str, object] | None:
    monkeypatch.setenv("OPENLINEAGE_URL", url)
    return None


def by_file(url: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> dict[str, object] | None:
    (folder / "mirror.yml").write_text(f"transport: {{type: http, url: '{url}'}}\n", encoding="utf-8")
    monkeypatch.setenv("OPENLINEAGE_CONFIG", str(folder / "mirror.yml"))
    return None


@pytest.mark.parametrize("configure", [by_argument, by_variables, by_url_variable, by_file])
def test_every_way_to_configure_the_client_makes_a_mirror(
    configure: Callable[[str, pytest.MonkeyPatch, Path], dict[str, object] | None],
    record: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    with lineage_server(200) as (url, received):
        lineage = Lineage(record, configure(url, monkeypatch, tmp_path))
        lineage.start(BUILD, AT)
        lineage.complete(BUILT, AT)
        lineage.close()
    for event in received:
        tags = event["run"]["facets"]["tags"]["tags"]
        event["run"]["facets"]["tags"]["tags"] = [tag for tag in tags if tag["source"] != "OPENLINEAGE_CLIENT"]
    assert received == events_in(record)


@pytest.mark.parametrize(
    "transport",
    [
        lambda url: {"type": "http", "url": url},
        lambda url: {"type": "composite", "continue_on_failure": False, "transports": [{"type": "http", "url": url}]},
    ],
    ids=["http", "composite"],
)
def test_a_dead_server_costs_neither_the_build_nor_its_time(
    transport: Callable[[str], dict[str, object]], record: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lineage = Lineage(record, {"transport": transport(dead_url())})
    begun = time.monotonic()
    with caplog.at_level(logging.WARNING, logger="emberlake"):
        for _ in range(5):
            lineage.start(BUILD, AT)
        lineage.close()
    assert time.monotonic() - begun < 1.5  # one event would take nine seconds with the client's own retries
    assert len(events_in(record)) == 5
    messages = [entry.getMessage() for entry in caplog.records if entry.name.startswith("emberlake")]
    assert [message.split(":")[0] for message in messages[:3]] == ["OpenLineage event of silver.goods_receipt/sap was not mirrored"] * 3
    assert messages[3:] == ["OpenLineage mirror given up after 3 failures in a row; the record goes on"]


def test_a_server_that_refuses_is_given_up(record: Path) -> None:
    with lineage_server(500) as (url, received):
        lineage = Lineage(record, {"transport": {"type": "http", "url": url}})
        for _ in range(MIRROR_PATIENCE + 4):
            lineage.start(BUILD, AT)
        lineage.close()
    assert len(received) == MIRROR_PATIENCE
    assert len(events_in(record)) == MIRROR_PATIENCE + 4


def test_a_dead_member_of_a_composite_does_not_silence_the_others(record: Path) -> None:
    with lineage_server(200) as (url, received):
        members = {"dead": {"type": "http", "url": dead_url()}, "live": {"type": "http", "url": url}}
        transport = {"type": "composite", "continue_on_failure": False, "transports": members}
        lineage = Lineage(record, {"transport": transport})
        for _ in range(MIRROR_PATIENCE + 1):
            lineage.start(BUILD, AT)
        lineage.close()
    assert len(received) == MIRROR_PATIENCE + 1


def test_filters_concern_the_mirror_and_not_the_record(record: Path) -> None:
    with lineage_server(200) as (url, received):
        config = {"transport": {"type": "http", "url": url}, "filters": [{"type": "exact", "match": BUILD.job}]}
        lineage = Lineage(record, config)
        lineage.run_start(RUN, AT)
        lineage.start(BUILD, AT)
    assert [event["job"]["name"] for event in received] == ["run"]
    assert [event["job"]["name"] for event in events_in(record)] == ["run", "silver.goods_receipt/sap"]


@pytest.mark.parametrize(
    "transport",
    [{"type": "pigeon.post.Transport"}, {"type": "http"}, {"url": "http://127.0.0.1"}],
    ids=["unknown type", "no url", "no type"],
)
def test_a_wrong_configuration_is_refused_before_the_first_build(transport: dict[str, object], record: Path) -> None:
    with pytest.raises(LineageError, match="configured wrongly"):
        Lineage(record, {"transport": transport})


# Conformance

FACET_KEYS = {
    "ColumnLineageDatasetFacet": "columnLineage",
    "DatasetVersionDatasetFacet": "version",
    "DocumentationJobFacet": "documentation",
    "ErrorMessageRunFacet": "errorMessage",
    "JobTypeJobFacet": "jobType",
    "OutputStatisticsOutputDatasetFacet": "outputStatistics",
    "OwnershipJobFacet": "ownership",
    "ParentRunFacet": "parent",
    "ProcessingEngineRunFacet": "processing_engine",
    "SchemaDatasetFacet": "schema",
    "TagsRunFacet": "tags",
    "TestRunFacet": "test",
}


def facets_schema() -> Event:
    """Any facets, each of which names its producer and its schema."""
    uri = {"type": "string", "format": "uri"}
    named = {
        "type": "object",
        "required": ["_producer", "_schemaURL"],
        "properties": {"_producer": uri, "_schemaURL": uri},
    }
    return {"type": "object", "additionalProperties": named}


def named_schema(*facets: str) -> Event:
    """A job or a dataset, which has a namespace, a name and these kinds of facets."""
    text = {"type": "string", "minLength": 1}
    properties = {"namespace": text, "name": text} | {facet: facets_schema() for facet in facets}
    return {
        "type": "object",
        "required": ["namespace", "name"],
        "properties": properties,
        "additionalProperties": False,
    }


ENVELOPE: Event = {
    "type": "object",
    "required": ["eventTime", "eventType", "inputs", "job", "outputs", "producer", "run", "schemaURL"],
    "additionalProperties": False,
    "properties": {
        "eventTime": {"type": "string", "format": "date-time"},
        "eventType": {"enum": ["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"]},
        "producer": {"type": "string", "format": "uri"},
        "schemaURL": {"const": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"},
        "run": {
            "type": "object",
            "required": ["runId"],
            "properties": {"runId": {"type": "string", "format": "uuid"}, "facets": facets_schema()},
            "additionalProperties": False,
        },
        "job": named_schema("facets"),
        "inputs": {"type": "array", "items": named_schema("facets", "inputFacets")},
        "outputs": {"type": "array", "items": named_schema("facets", "outputFacets")},
    },
}

FORMATS = jsonschema.FormatChecker(["uuid"])


@FORMATS.checks("uri")
def is_uri(value: object) -> bool:
    parts = urlparse(str(value))
    return bool(parts.scheme and (parts.netloc or parts.path))


@FORMATS.checks("date-time", raises=ValueError)
def is_date_time(value: object) -> bool:
    return datetime.fromisoformat(str(value)).tzinfo is not None


def generated_facets() -> dict[str, type]:
    """Schema address: the client's class generated from it."""
    modules = [importlib.import_module(f"{generated.__name__}.{m.name}") for m in pkgutil.iter_modules(generated.__path__)]
    classes = [kind for module in modules for kind in vars(module).values() if isinstance(kind, type)]
    return {kind._get_schema(): kind for kind in classes if hasattr(kind, "_get_schema")}


GENERATED = generated_facets()


def differences(value: object, kind: Any, where: str) -> list[str]:
    """Where `value`, parsed JSON, is not of the type `kind`: attrs classes, lists, dicts, optional and plain types."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any:
        return []
    if origin in (types.UnionType, typing.Union):
        options = [differences(value, option, where) for option in arguments if option is not type(None)]
        return [] if [] in options else [found for option in options for found in option]
    if attrs.has(kind):
        return class_differences(value, kind, where)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [] if value in [member.value for member in kind] else [f"{where}: {value!r} is no {kind.__name__}"]
    if origin is list and isinstance(value, list):
        return [found for i, item in enumerate(value) for found in differences(item, arguments[0], f"{where}[{i}]")]
    if origin is dict and isinstance(value, dict):
        return [found for key, item in value.items() for found in differences(item, arguments[1], f"{where}.{key}")]
    return [] if type(value) is (origin or kind) else [f"{where}: {value!r} is no {kind}"]


def class_differences(value: object, kind: type, where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where}: {value!r} is no object"]
    hints = typing.get_type_hints(kind)
    fields = {field.name: field for field in attrs.fields(kind)}
    found = [f"{where}: {key} is unknown to {kind.__name__}" for key in value if key not in fields]
    for name, field in fields.items():
        if name in value:
            found += differences(value[name], hints[name], f"{where}.{name}")
        elif field.default is attrs.NOTHING:
            found.append(f"{where}: {name} is missing")
    return found


def facets_of(event: Event) -> Iterator[tuple[str, str, Event]]:
    """Each facet of an event as (kind of facet its place allows, key, facet)."""
    places = [("RunFacet", event["run"].get("facets", {})), ("JobFacet", event["job"].get("facets", {}))]
    for dataset in event["inputs"] + event["outputs"]:
        places.append(("DatasetFacet", dataset.get("facets", {})))
    places += [("InputDatasetFacet", dataset.get("inputFacets", {})) for dataset in event["inputs"]]
    places += [("OutputDatasetFacet", dataset.get("outputFacets", {})) for dataset in event["outputs"]]
    for place, facets in places:
        for key, facet in facets.items():
            yield place, key, facet


def nonconformities(event: Event) -> list[str]:
    """Everything in which an event departs from OpenLineage 2-0-2, as far as the client's classes tell."""
    validator = jsonschema.Draft202012Validator(ENVELOPE, format_checker=FORMATS)
    found = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(event)]
    if found:
        return found
    for place, key, facet in facets_of(event):
        kind = GENERATED.get(facet["_schemaURL"])
        if kind is None or FACET_KEYS.get(kind.__name__) != key:
            found.append(f"{key}: {facet['_schemaURL']} is not the schema of this facet")
        elif place not in [parent.__name__ for parent in kind.__mro__]:
            found.append(f"{key}: {kind.__name__} is no {place}")
        else:
            found += class_differences(facet, kind, key)
    return found


def test_every_event_conforms(record: Path) -> None:
    events = every_event(record)
    assert [nonconformities(event) for event in events] == [[]] * 6
    used = {key for event in events for _, key, _ in facets_of(event)}
    assert used == set(FACET_KEYS.values())


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        ("job.name", "", "$.job.name"),
        ("run.runId", "42", "$.run.runId"),
        ("eventTime", "2025-07-01T06:00:00", "$.eventTime"),
        ("eventType", "DONE", "$.eventType"),
        ("producer", "emberlake", "$.producer"),
        ("outputs.0.colour", "green", "$.outputs[0]"),
        ("outputs.0.facets.version.datasetVersion", 7, "version.datasetVersion: 7 is no <class 'str'>"),
        ("outputs.0.facets.schema.fields.0.name", None, "schema.fields[0].name"),
        ("outputs.0.facets.schema.columns", [], "schema: columns is unknown to SchemaDatasetFacet"),
        ("outputs.0.outputFacets.outputStatistics.rowCount", "118", "outputStatistics.rowCount"),
        ("run.facets.test.tests.0", {"name": "EMB-GR-004"}, "test.tests[0]: status is missing"),
        ("run.facets.parent.run", {}, "parent.run: runId is missing"),
        ("run.facets.tags._schemaURL", "https://openlineage.io/spec/other", "tags: https://openlineage.io/spec/other"),
    ],
)
def test_the_check_of_conformance_sees(record: Path, path: str, value: object, complaint: str) -> None:
    Lineage(record).complete(BUILT, AT)
    (event,) = events_in(record)
    *steps, last = path.split(".")
    target: Any = event
    for step in steps:
        target = target[int(step) if isinstance(target, list) else step]
    target[int(last) if isinstance(target, list) else last] = value
    assert [found for found in nonconformities(event) if found.startswith(complaint)]


@pytest.mark.skipif(
    "EMBERLAKE_OPENLINEAGE_SPEC" not in os.environ,
    reason="EMBERLAKE_OPENLINEAGE_SPEC names no folder with the OpenLineage specification",
)
def test_every_event_conforms_to_the_published_schemas(record: Path) -> None:
    folder = Path(os.environ["EMBERLAKE_OPENLINEAGE_SPEC"])
    schemas = [json.loads(file.read_text("utf-8")) for file in [folder / "OpenLineage.json", *folder.glob("facets/*.json")]]
    registry: Registry[Any] = Registry().with_resources([(schema["$id"], Resource.from_contents(schema)) for schema in schemas])

    def complaints(value: Event, address: str) -> list[str]:
        validator = jsonschema.Draft202012Validator({"$ref": address}, registry=registry, format_checker=FORMATS)
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]

    for event in every_event(record):
        assert complaints(event, event["schemaURL"]) == []
        for _, key, facet in facets_of(event):
            assert complaints({key: facet}, facet["_schemaURL"].split("#")[0]) == []
