"""That the events conform to OpenLineage 2-0-2.

Conformance is checked twice. Always: the envelope against a JSON schema written here from the text of the
specification, every facet against the client's class of the same schema address (those classes are generated from the
specification), and its key against the list below. And, if EMBERLAKE_OPENLINEAGE_SPEC names a folder that holds the
specification's own `OpenLineage.json` and `facets/*.json`, against those: the client's package does not carry them.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from event_envelope import ENVELOPE, FORMATS
from generated_classes import GENERATED, class_differences
from referencing import Registry, Resource
from told_builds import AT, BUILT, Event, events_in, every_event

from emberlake.runtime.lineage.sending import Lineage

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
