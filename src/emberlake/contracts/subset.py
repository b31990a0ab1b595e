"""The subset of ODCS 3.1 that Emberlake reads; anything else is refused with file and path.

A key that is accepted and ignored is a promise nobody keeps. `docs/contracts.md` says what each key becomes.
"""

from collections.abc import Iterator
from typing import Any

RULE = {"id", "name", "type", "engine", "implementation", "severity", "description", "query", "mustBe", "dimension"}
CUSTOM = {"property", "value", "description"}
COLUMN = {
    "name": True, "description": True, "logicalType": True, "physicalType": True, "physicalName": True,
    "required": True, "primaryKey": True, "primaryKeyPosition": True, "partitioned": True,
    "partitionKeyPosition": True, "transformSourceObjects": True, "classification": True, "examples": True,
    "logicalTypeOptions": {
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "pattern", "format",
    },
    "quality": RULE, "relationships": {"to", "type"}, "customProperties": CUSTOM,
}  # fmt: skip
TABLE = {
    "name": True, "logicalType": True, "physicalType": True, "description": True, "dataGranularityDescription": True,
    "properties": COLUMN, "quality": RULE, "customProperties": CUSTOM,
}  # fmt: skip
CONTRACT: dict[str, Any] = {
    "apiVersion": True, "kind": True, "id": True, "name": True, "version": True, "status": True, "domain": True,
    "description": {"purpose", "usage", "limitations"}, "team": {"name", "description"},
    "servers": {"server", "type", "path", "format", "delimiter", "encoding", "description", "customProperties"},
    "slaProperties": {"property", "value", "unit"},
    "authoritativeDefinitions": {"url", "type", "description"}, "schema": TABLE,
}  # fmt: skip
FEED = {
    "feed": True, "table": True, "inputs": True, "accounts": {"by", "column"}, "lineage": True, "rules": RULE,
    "rule_columns": True, "reach": True, "history": True,
}  # fmt: skip
PROPERTIES = {
    "schema[].customProperties": {"inputs", "write", "accounts", "rule_columns", "reach"},
    "schema[].properties[].customProperties": {"unit", "measure", "control", "technical"},
    "servers[].customProperties": {
        "organisation", "organisationColumn", "header", "quote", "rowTerminator", "decimalSeparator",
        "groupingSeparator", "trailingMinus", "trim", "nullText", "delivery", "control", "events",
        "topic", "transactions", "most_messages", "most_bytes", "overdue_s",
    },
}  # fmt: skip


def unread(document: Any, allowed: Any = CONTRACT, path: str = "") -> Iterator[str]:
    """Paths in the document that the subset does not know."""
    if allowed is True:
        return
    if isinstance(document, list):
        for item in document:
            yield from unread(item, allowed, f"{path}[]")
        return
    if not isinstance(document, dict):
        yield f"{path} (a mapping is expected here, found {document!r})"
        return
    known = allowed if isinstance(allowed, dict) else dict.fromkeys(allowed, True)
    for key, value in document.items():
        here = f"{path}.{key}" if path else key
        if key not in known:
            yield here
        else:
            yield from unread(value, known[key], here)
    place = path.removesuffix("[]")
    if place in PROPERTIES and document.get("property") not in PROPERTIES[place]:
        yield f"{path}.property={document.get('property')}"
