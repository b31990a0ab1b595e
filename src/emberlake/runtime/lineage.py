"""Lineage: what every build read, wrote and found, told as OpenLineage events.

A build sends START and then COMPLETE or FAIL; so does the `emberlake run` around it. Each event is appended as one
line of JSON to the record, a local file that is part of the audit trail: if it cannot be written the build stops with
`LineageError`. Whatever else the OpenLineage client is configured for (`OPENLINEAGE_CONFIG`, `OPENLINEAGE__…`, or the
`config` argument, which wins) is a mirror of that file. A mirror that is down is logged, costs no retries, is given up
after three failures in a row, and never stops a build. The client's own filters and its off switch,
`OPENLINEAGE_DISABLED`, concern the mirror and not the record.

Three decisions about the standard:

- Rule outcomes go to the run, in the test facet. The assertions facet belongs to a dataset that the run *reads*, and
  naming the table a build writes as one of its inputs would draw a loop in the graph.
- Column lineage says DIRECT without a subtype: a contract knows which columns feed a value, not whether they reach it
  unchanged. Only columns of tables that this build read are named, because a table with several feeds declares more.
- Counts, code fingerprint and release are tags: a facet of our own would need a public, immutable schema address.

This is the only module that imports openlineage. It holds no Spark object; all values are plain.
"""

import logging
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import (
    InputDataset,
    Job,
    OutputDataset,
    Run,
    RunEvent,
    RunState,
    set_producer,
)
from openlineage.client.facet_v2 import (
    DatasetFacet,
    JobFacet,
    OutputDatasetFacet,
    RunFacet,
    column_lineage_dataset,
    dataset_version_dataset,
    documentation_job,
    error_message_run,
    job_type_job,
    output_statistics_output_dataset,
    ownership_job,
    parent_run,
    processing_engine_run,
    schema_dataset,
    tags_run,
    test_run,
)
from openlineage.client.transport import get_default_factory
from openlineage.client.transport.file import FileConfig, FileTransport
from openlineage.client.transport.noop import NoopConfig, NoopTransport

log = logging.getLogger(__name__)

PRODUCER = "urn:emberlake:runtime:lineage"
JOB_NAMESPACE = "emberlake"
MIRROR_PATIENCE = 3
MIRROR_TIMEOUT_SECONDS = 2.0
MIRROR_CLOSE_SECONDS = 5.0

# What OpenLineage asks of a severity is whether a failure blocks the run. Only `reject` does.
_SEVERITIES = {"reject": "error", "quarantine": "warn", "exclude": "warn", "warn": "warn"}

set_producer(PRODUCER)


class LineageError(RuntimeError):
    """The lineage record cannot be kept, or its mirror is configured wrongly."""


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
        if self.severity not in _SEVERITIES:
            known = ", ".join(_SEVERITIES)
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


class Lineage:
    """Sends events to the record `file` and to the mirror, if one is configured.

    `config` is a configuration of the OpenLineage client: a mapping with `transport`, and optionally `filters`, `tags`
    and so on. Raises LineageError if the folder of the record cannot be made or the mirror's configuration is wrong.
    """

    def __init__(self, file: Path, config: Mapping[str, object] | None = None) -> None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LineageError(f"The folder of the lineage record {file} cannot be made: {error}; choose another one") from error
        self._file = file
        self._record = FileTransport(FileConfig(log_file_path=str(file), append=True))
        self._mirror = _Mirror.configured(config)

    def start(self, facts: BuildFacts, at: datetime) -> None:
        """The build begins."""
        self._send(_build_event(RunState.START, facts, at))

    def complete(self, facts: BuildFacts, at: datetime) -> None:
        """The table is written, or was found to be up to date."""
        self._send(_build_event(RunState.COMPLETE, facts, at))

    def fail(self, facts: BuildFacts, at: datetime, error: BaseException) -> None:
        """The build ended with `error`."""
        self._send(_build_event(RunState.FAIL, facts, at, error))

    def run_start(self, facts: RunFacts, at: datetime) -> None:
        """The run around the builds begins."""
        self._send(_run_event(RunState.START, facts, at))

    def run_complete(self, facts: RunFacts, at: datetime) -> None:
        """All builds of the run are done."""
        self._send(_run_event(RunState.COMPLETE, facts, at))

    def run_fail(self, facts: RunFacts, at: datetime, error: BaseException) -> None:
        """The run ended with `error`."""
        self._send(_run_event(RunState.FAIL, facts, at, error))

    def close(self) -> None:
        """Let the mirror send what it still holds, for a few seconds at most. The record needs no closing."""
        if self._mirror is not None:
            self._mirror.close()

    def _send(self, event: RunEvent) -> None:
        # The record comes first: the client adds tags of its own to the event that it mirrors.
        try:
            self._record.emit(event)
        except RuntimeError as error:
            raise LineageError(f"The lineage record {self._file} cannot be written: {error}; free the path and run the build again") from error
        if self._mirror is not None:
            self._mirror.emit(event)


class _Mirror:
    """A second destination of the events, which may fail without consequence."""

    def __init__(self, client: OpenLineageClient) -> None:
        self._client: OpenLineageClient | None = client
        self._failures = 0

    @classmethod
    def configured(cls, config: Mapping[str, object] | None) -> "_Mirror | None":
        """The mirror that argument, file and environment ask for together; None if they ask for none.

        The client would print to the console if it found no transport. So it is made with one that does nothing, asked
        what it read, and given its real transport afterwards.
        """
        try:
            client = OpenLineageClient(transport=NoopTransport(NoopConfig()), config=dict(config or {}))
            transport = client.config.transport
            if not transport:
                return None
            client.transport = get_default_factory().create(_bounded(transport))
        except Exception as error:  # the client reports a wrong configuration by seven types of exception
            raise LineageError(
                f"The OpenLineage transport is configured wrongly: {type(error).__name__}: {error}; "
                "correct OPENLINEAGE_CONFIG, OPENLINEAGE__… or the configuration passed, or remove it"
            ) from error
        return cls(client)

    def emit(self, event: RunEvent) -> None:
        if self._client is None:
            return
        try:
            self._client.emit(event)
        except Exception as error:  # any transport, any failure: the record already has the event
            self._failures += 1
            log.warning("OpenLineage event of %s was not mirrored: %s", event.job.name, error)
            if self._failures == MIRROR_PATIENCE:
                log.warning("OpenLineage mirror given up after %d failures in a row; the record goes on", self._failures)
                self.close()
        else:
            self._failures = 0

    def close(self) -> None:
        if self._client is None:
            return
        client, self._client = self._client, None
        try:
            client.close(MIRROR_CLOSE_SECONDS)
        except Exception as error:  # as above: a mirror never stops a build
            log.warning("OpenLineage mirror did not close: %s", error)


def _bounded(transport: Mapping[str, Any]) -> dict[str, Any]:
    """The transport's settings, such that a dead server costs little: no retry and a short wait unless configured.

    Members of a composite never hide one another: continue_on_failure is always on.
    """
    settings = dict(transport)
    if "transports" in settings:
        members = settings["transports"]
        settings.setdefault("type", "composite")
        settings["continue_on_failure"] = True
        settings["transports"] = (
            {name: _bounded(member) for name, member in members.items() if member} if isinstance(members, Mapping) else [_bounded(member) for member in members]
        )
    if isinstance(settings.get("transport"), Mapping):
        settings["transport"] = _bounded(settings["transport"])
    if settings.get("type") in {"http", "async_http", "datadog"}:
        settings.setdefault("retry", {"total": 0})
        settings.setdefault("timeout", MIRROR_TIMEOUT_SECONDS)
    return settings


def _build_event(state: RunState, facts: BuildFacts, at: datetime, error: BaseException | None = None) -> RunEvent:
    tags = {"code_fingerprint": facts.code_fingerprint}
    tags |= {f"rows_{name}": str(count) for name, count in facts.counts.items()}
    run_facets = _run_facets(tags, error) | {"parent": _parent(facts)}
    if facts.assertions:
        tests = [_test(assertion, facts.table) for assertion in facts.assertions]
        run_facets["test"] = test_run.TestRunFacet(tests=tests)
    job_facets: dict[str, JobFacet] = {
        "jobType": _job_type("BUILD"),
        "documentation": documentation_job.DocumentationJobFacet(description=facts.documentation),
        "ownership": ownership_job.OwnershipJobFacet(owners=[ownership_job.Owner(name=facts.owner, type="OWNER")]),
    }
    return RunEvent(
        eventType=state,
        eventTime=_event_time(at),
        run=Run(runId=facts.run_id, facets=run_facets),
        job=Job(namespace=JOB_NAMESPACE, name=facts.job, facets=job_facets),
        inputs=[InputDataset(namespace=facts.namespace, name=table, facets={"version": _version(number)}) for table, number in facts.inputs],
        outputs=[_output(facts)],
    )


def _run_event(state: RunState, facts: RunFacts, at: datetime, error: BaseException | None = None) -> RunEvent:
    tags = {} if facts.release_id is None else {"release": facts.release_id}
    return RunEvent(
        eventType=state,
        eventTime=_event_time(at),
        run=Run(runId=facts.run_id, facets=_run_facets(tags, error)),
        job=Job(namespace=JOB_NAMESPACE, name=facts.job, facets={"jobType": _job_type("RUN")}),
    )


def _event_time(at: datetime) -> str:
    """The instant in UTC to the millisecond. Raises ValueError if it has no time zone."""
    if at.tzinfo is None:
        raise ValueError(f"The time of a lineage event, {at.isoformat()}, has no time zone; pass an aware datetime")
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def _run_facets(tags: Mapping[str, str], error: BaseException | None) -> dict[str, RunFacet]:
    facets: dict[str, RunFacet] = {"processing_engine": processing_engine_run.ProcessingEngineRunFacet(version=version("pyspark"), name="spark")}
    if tags:
        fields = [tags_run.TagsRunFacetFields(key=key, value=value, source="EMBERLAKE") for key, value in tags.items()]
        facets["tags"] = tags_run.TagsRunFacet(tags=fields)
    if error is not None:
        facets["errorMessage"] = error_message_run.ErrorMessageRunFacet(
            message=f"{type(error).__name__}: {error}",
            programmingLanguage="PYTHON",
            stackTrace="".join(traceback.format_exception(error)),
        )
    return facets


def _parent(facts: BuildFacts) -> parent_run.ParentRunFacet:
    """The run that asked for the build, which is also the root: Emberlake nests no deeper."""
    return parent_run.ParentRunFacet(
        run=parent_run.Run(runId=facts.parent_run_id),
        job=parent_run.Job(namespace=JOB_NAMESPACE, name=facts.parent_job),
        root=parent_run.Root(
            run=parent_run.RootRun(runId=facts.parent_run_id),
            job=parent_run.RootJob(namespace=JOB_NAMESPACE, name=facts.parent_job),
        ),
    )


def _test(assertion: AssertionFacts, table: str) -> test_run.TestExecution:
    """One rule as a test of the run; `actual` is the number of rows that broke it."""
    where = {"table": table, "severity": assertion.severity}
    if assertion.column is not None:
        where["column"] = assertion.column
    return test_run.TestExecution(
        name=assertion.rule_id,
        status="pass" if assertion.success else "fail",
        severity=_SEVERITIES[assertion.severity],
        type=assertion.name,
        description=assertion.message,
        actual=str(assertion.count),
        params=where,
    )


def _job_type(kind: str) -> JobFacet:
    return job_type_job.JobTypeJobFacet(processingType="BATCH", integration="EMBERLAKE", jobType=kind)


def _version(number: int) -> DatasetFacet:
    return dataset_version_dataset.DatasetVersionDatasetFacet(datasetVersion=str(number))


def _output(facts: BuildFacts) -> OutputDataset:
    facets: dict[str, DatasetFacet] = {"schema": _schema(facts.columns)}
    lineage = _column_lineage(facts)
    if lineage:
        facets["columnLineage"] = column_lineage_dataset.ColumnLineageDatasetFacet(fields=lineage)
    if facts.output_version is not None:
        facets["version"] = _version(facts.output_version)
    statistics: dict[str, OutputDatasetFacet] = {}
    if facts.row_count is not None or facts.byte_count is not None:
        statistics["outputStatistics"] = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(rowCount=facts.row_count, size=facts.byte_count)
    return OutputDataset(namespace=facts.namespace, name=facts.table, facets=facets, outputFacets=statistics)


def _schema(columns: Iterable[ColumnFacts]) -> schema_dataset.SchemaDatasetFacet:
    fields = [
        schema_dataset.SchemaDatasetFacetFields(name=column.name, type=column.type, description=column.description, ordinal_position=position)
        for position, column in enumerate(columns, start=1)
    ]
    return schema_dataset.SchemaDatasetFacet(fields=fields)


def _column_lineage(facts: BuildFacts) -> dict[str, column_lineage_dataset.Fields]:
    """Column of the output: the columns that feed it, of the tables this build read."""
    read = {table for table, _ in facts.inputs}
    lineage = {}
    for column in facts.columns:
        sources = [(table, field) for table, _, field in (source.rpartition(".") for source in column.sources)]
        fields = [_input_field(facts.namespace, table, field) for table, field in sources if table in read]
        if fields:
            lineage[column.name] = column_lineage_dataset.Fields(inputFields=fields)
    return lineage


def _input_field(namespace: str, table: str, field: str) -> column_lineage_dataset.InputField:
    direct = column_lineage_dataset.Transformation(type="DIRECT")
    return column_lineage_dataset.InputField(namespace=namespace, name=table, field=field, transformations=[direct])
