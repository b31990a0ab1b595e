"""The facets of a run and of a job: engine, tags, error, parent, rule outcomes, purpose and owner."""

import traceback
from collections.abc import Iterable, Mapping
from importlib.metadata import version

from openlineage.client.facet_v2 import (
    JobFacet,
    RunFacet,
    documentation_job,
    error_message_run,
    job_type_job,
    ownership_job,
    parent_run,
    processing_engine_run,
    tags_run,
    test_run,
)

from emberlake.runtime.lineage.facts import SEVERITIES, AssertionFacts, BuildFacts

JOB_NAMESPACE = "emberlake"
"""Namespace of every job, of builds and of the run around them."""


def of_run(tags: Mapping[str, str], error: BaseException | None) -> dict[str, RunFacet]:
    """Facets of any run: the engine, the tags if there are any, and the error with its stack trace if it failed."""
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


def parent(facts: BuildFacts) -> parent_run.ParentRunFacet:
    """The run that asked for the build, which is also the root: Emberlake nests no deeper."""
    return parent_run.ParentRunFacet(
        run=parent_run.Run(runId=facts.parent_run_id),
        job=parent_run.Job(namespace=JOB_NAMESPACE, name=facts.parent_job),
        root=parent_run.Root(
            run=parent_run.RootRun(runId=facts.parent_run_id),
            job=parent_run.RootJob(namespace=JOB_NAMESPACE, name=facts.parent_job),
        ),
    )


def tests(assertions: Iterable[AssertionFacts], table: str) -> test_run.TestRunFacet:
    """The rules of a table as tests of the run that built it."""
    return test_run.TestRunFacet(tests=[_test(assertion, table) for assertion in assertions])


def of_build_job(documentation: str, owner: str) -> dict[str, JobFacet]:
    """Facets of the job that builds a table."""
    return {
        "jobType": _job_type("BUILD"),
        "documentation": documentation_job.DocumentationJobFacet(description=documentation),
        "ownership": ownership_job.OwnershipJobFacet(owners=[ownership_job.Owner(name=owner, type="OWNER")]),
    }


def of_run_job() -> dict[str, JobFacet]:
    """Facets of the job around the builds."""
    return {"jobType": _job_type("RUN")}


def _test(assertion: AssertionFacts, table: str) -> test_run.TestExecution:
    """One rule as a test of the run; `actual` is the number of rows that broke it."""
    where = {"table": table, "severity": assertion.severity}
    if assertion.column is not None:
        where["column"] = assertion.column
    return test_run.TestExecution(
        name=assertion.rule_id,
        status="pass" if assertion.success else "fail",
        severity=SEVERITIES[assertion.severity],
        type=assertion.name,
        description=assertion.message,
        actual=str(assertion.count),
        params=where,
    )


def _job_type(kind: str) -> JobFacet:
    return job_type_job.JobTypeJobFacet(processingType="BATCH", integration="EMBERLAKE", jobType=kind)
