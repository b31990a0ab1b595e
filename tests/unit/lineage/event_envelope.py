"""The envelope of an OpenLineage event as a JSON schema, written here from the text of the specification."""

from datetime import datetime
from urllib.parse import urlparse

import jsonschema
from told_builds import Event


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
