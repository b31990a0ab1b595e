"""The tables of a build: versions read, and the table written with its schema, its size and where its columns come from."""

from collections.abc import Iterable

from openlineage.client.event_v2 import InputDataset, OutputDataset
from openlineage.client.facet_v2 import (
    DatasetFacet,
    OutputDatasetFacet,
    column_lineage_dataset,
    dataset_version_dataset,
    output_statistics_output_dataset,
    schema_dataset,
)

from emberlake.runtime.lineage.facts import BuildFacts, ColumnFacts


def input_dataset(namespace: str, table: str, version: int) -> InputDataset:
    """A table at the Delta version that the build read."""
    return InputDataset(namespace=namespace, name=table, facets={"version": _version(version)})


def output_dataset(facts: BuildFacts) -> OutputDataset:
    """The table that the build writes, with what is known of it by now."""
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


def _version(number: int) -> DatasetFacet:
    return dataset_version_dataset.DatasetVersionDatasetFacet(datasetVersion=str(number))


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
