"""The events of a build and of the run around it."""

from datetime import UTC, datetime

from openlineage.client.event_v2 import Job, Run, RunEvent, RunState, set_producer

from emberlake.runtime.lineage import facets
from emberlake.runtime.lineage.datasets import input_dataset, output_dataset
from emberlake.runtime.lineage.facts import BuildFacts, RunFacts

PRODUCER = "urn:emberlake:runtime:lineage"
"""Who made an event and its facets; the client writes it into each of them."""

set_producer(PRODUCER)


def build_event(state: RunState, facts: BuildFacts, at: datetime, error: BaseException | None = None) -> RunEvent:
    """One build of a table in a state; `error` is why it failed."""
    tags = {"code_fingerprint": facts.code_fingerprint}
    tags |= {f"rows_{name}": str(count) for name, count in facts.counts.items()}
    run_facets = facets.of_run(tags, error) | {"parent": facets.parent(facts)}
    if facts.assertions:
        run_facets["test"] = facets.tests(facts.assertions, facts.table)
    return RunEvent(
        eventType=state,
        eventTime=_event_time(at),
        run=Run(runId=facts.run_id, facets=run_facets),
        job=Job(namespace=facets.JOB_NAMESPACE, name=facts.job, facets=facets.of_build_job(facts.documentation, facts.owner)),
        inputs=[input_dataset(facts.namespace, table, version) for table, version in facts.inputs],
        outputs=[output_dataset(facts)],
    )


def run_event(state: RunState, facts: RunFacts, at: datetime, error: BaseException | None = None) -> RunEvent:
    """The run around the builds in a state; `error` is why it failed."""
    tags = {} if facts.release_id is None else {"release": facts.release_id}
    return RunEvent(
        eventType=state,
        eventTime=_event_time(at),
        run=Run(runId=facts.run_id, facets=facets.of_run(tags, error)),
        job=Job(namespace=facets.JOB_NAMESPACE, name=facts.job, facets=facets.of_run_job()),
    )


def _event_time(at: datetime) -> str:
    """The instant in UTC to the millisecond. Raises ValueError if it has no time zone."""
    if at.tzinfo is None:
        raise ValueError(f"The time of a lineage event, {at.isoformat()}, has no time zone; pass an aware datetime")
    return at.astimezone(UTC).isoformat(timespec="milliseconds")
