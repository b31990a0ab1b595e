"""What is told of a build and of the run around it: plain values, from which the events are made."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid5

SEVERITIES = {"reject": "error", "quarantine": "warn", "exclude": "warn", "warn": "warn"}
"""Severity of a rule: that of OpenLineage, which asks whether a failure blocks the run. Only `reject` does."""


@dataclass(frozen=True)
class ColumnFacts:
    """One column of the table written; `sources` are columns such as `silver.material.material_name`."""

    name: str
    type: str
    description: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class AssertionFacts:
    """Outcome of one rule; `count` is the number of rows that broke it. Raises ValueError for an unknown severity."""

    rule_id: str
    name: str
    severity: str
    column: str | None
    success: bool
    count: int
    message: str

    def __post_init__(self) -> None:
        if self.severity not in SEVERITIES:
            known = ", ".join(SEVERITIES)
            raise ValueError(f"{self.rule_id}: severity {self.severity!r} is unknown; use one of {known}")


@dataclass(frozen=True)
class BuildFacts:
    """What is known of one build of one table (or one feed of it) when an event is sent.

    `inputs` are (table, Delta version read). What is not known yet, or never came to be, is None or empty: at the
    start the version written, the counts and the outcomes; after a failure whatever was not reached.
    """

    run_id: str
    parent_run_id: str
    parent_job: str
    job: str
    table: str
    namespace: str
    inputs: tuple[tuple[str, int], ...]
    output_version: int | None
    columns: tuple[ColumnFacts, ...]
    row_count: int | None
    byte_count: int | None
    counts: Mapping[str, int]
    assertions: tuple[AssertionFacts, ...]
    documentation: str
    owner: str
    code_fingerprint: str


@dataclass(frozen=True)
class RunFacts:
    """One `emberlake run`, the parent of its builds; `release_id` once it has published a release."""

    run_id: str
    job: str
    release_id: str | None = None


def build_run_id(parent_run_id: str, job: str) -> str:
    """Run id of a build: the same for the same parent run and job, so that a retry tells of the same build."""
    return str(uuid5(UUID(parent_run_id), job))
