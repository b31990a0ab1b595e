"""How Great Expectations judges a query here: the rows that ought not to exist are counted, and all queries of a suite at once.

Its own expectation runs each query twice, to fetch rows and to count them. Only the count stands in a verdict, and as an
aggregate it is bundled with the others of the suite into one pass. Importing this module imports great_expectations.
"""

from typing import Any, ClassVar

from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.core.metric_function_types import MetricPartialFunctionTypes
from great_expectations.execution_engine import SparkDFExecutionEngine
from great_expectations.expectations import UnexpectedRowsExpectation
from great_expectations.expectations.metrics.metric_provider import metric_partial
from great_expectations.expectations.metrics.query_metric_provider import QueryMetricProvider
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider
from pyspark.sql import functions as F

COUNT = "unexpected_rows_query.count"
BATCH = "emberlake_batch"


class UnexpectedRowsCount(QueryMetricProvider):  # type: ignore[misc]
    """Number of rows that a query over `{batch}` finds, as one aggregate among those of its suite."""

    metric_name = COUNT
    domain_keys = TableMetricProvider.domain_keys  # those of the row count: what has the same domain is computed together
    value_keys = ("unexpected_rows_query",)
    query_param_name: ClassVar[str] = "unexpected_rows_query"

    @metric_partial(  # type: ignore[untyped-decorator]
        engine=SparkDFExecutionEngine, partial_fn_type=MetricPartialFunctionTypes.AGGREGATE_FN, domain_type=MetricDomainTypes.TABLE
    )
    def _spark(
        cls: Any,  # noqa: N805
        execution_engine: Any,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> tuple[Any, dict[str, Any], dict[str, Any]]:
        batch, _, _ = execution_engine.get_compute_domain(metric_domain_kwargs, domain_type=MetricDomainTypes.TABLE)
        batch.createOrReplaceTempView(BATCH)
        query = cls._format_query(cls._get_query_from_metric_value_kwargs(metric_value_kwargs), batch=BATCH)
        found = batch.sparkSession.sql(query).agg(F.count(F.lit(1)))
        return found.scalar(), metric_domain_kwargs, {}


class UnexpectedRowsCounted(UnexpectedRowsExpectation):  # type: ignore[misc]
    """That a query finds no row; the result says how many it finds."""

    metric_dependencies: ClassVar[tuple[str, ...]] = (COUNT,)

    def _validate(self, metrics: dict[str, Any], runtime_configuration: dict[str, Any] | None = None, execution_engine: Any = None) -> dict[str, Any]:
        return {"success": metrics[COUNT] == 0, "result": {"observed_value": metrics[COUNT]}}


def counted(suite: dict[str, Any]) -> dict[str, Any]:
    """The committed suite, with each of its queries judged by the count."""
    types = {UnexpectedRowsExpectation.expectation_type: UnexpectedRowsCounted.expectation_type}
    return suite | {"expectations": [e | {"type": types.get(e["type"], e["type"])} for e in suite["expectations"]]}
