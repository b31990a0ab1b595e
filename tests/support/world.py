"""Everything that stands in the lakehouse of the sample company, beside what ought to stand there."""

from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property
from typing import Any

import pytest

from emberlake.names import job_name
from emberlake.sample import Defect
from support.extracts import Record, records_of
from support.lakehouses import Built
from support.oracle import Company, Receipt

Row = dict[str, Any]


class World:
    """Everything that stands in the lakehouse, read without Spark, beside what ought to stand there."""

    def __init__(self, built: Built) -> None:
        self.built, self.manifest, self.run = built, built.manifest, built.run
        self.lakehouse = built.lakehouse

    @cached_property
    def company(self) -> Company:
        return Company(self.built.extracts)

    @cached_property
    def records(self) -> dict[tuple[str, int], Record]:
        names = {d.file for d in self.manifest.defects} | {file for d in self.manifest.defects for file, _ in d.related}
        return {(r.file, r.number): r for name in names for r in records_of(self.built.extracts / name, name)}

    @cached_property
    def receipts(self) -> list[Row]:
        return self.rows("silver.goods_receipt")

    @cached_property
    def activities(self) -> list[Row]:
        return self.rows("gold.activity")

    @cached_property
    def emissions(self) -> list[Row]:
        return self.rows("gold.emission")

    @cached_property
    def cells(self) -> list[Row]:
        return self.rows("gold.inventory")

    @cached_property
    def quarantine(self) -> list[Row]:
        return self.rows("audit.quarantine")

    @cached_property
    def commits(self) -> dict[str, Row]:
        """Job and the entry of its one build."""
        found = {job_name(row["table_name"], row["feed"]): row for row in self.rows("audit.commit")}
        assert len(found) == len(self.rows("audit.commit")), "a job was built twice"
        return found

    @cached_property
    def written(self) -> dict[str, Receipt]:
        """Row id and receipt of what must be written."""
        return {r.record.row_id: r for r in self.company.receipts if r.outcome == "written"}

    def rows(self, table: str) -> list[Row]:
        return list(self.lakehouse.store.dataset(table).to_table().to_pylist())

    def row_id(self, file: str, record: int) -> str:
        return self.records[file, record].row_id

    def defects(self, severity: str) -> list[Defect]:
        found = [d for d in self.manifest.defects if d.severity == severity]
        assert found, f"the manifest has no defect of severity {severity}"
        return found


@pytest.fixture(scope="session")
def world(sample_lakehouse: Built) -> World:
    return World(sample_lakehouse)


def total(rows: Iterable[Row], column: str) -> Decimal:
    return sum((row[column] for row in rows if row[column] is not None), Decimal(0))
