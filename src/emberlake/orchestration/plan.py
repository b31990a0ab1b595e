"""The tasks of the medallion, read from the contracts: what each waits for, who owns it, how fresh it must be.

Knows neither Airflow nor Spark. Nobody writes an arrow for a table: a new contract is a new task, in its place.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from emberlake.contracts.graph import build_order, inputs_of
from emberlake.contracts.model import Contract
from emberlake.names import LAYERS

CADENCES = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 744}  # hours that each allows between two runs
TAGS = frozenset((*LAYERS, *CADENCES))
LAND, RELEASE = "land", "release"
BOOKS = {LAND: "audit.landing", RELEASE: "audit.release"}  # the contract of a task that builds no table: the book it keeps


@dataclass(frozen=True)
class Task:
    """One task: it lands, it releases, or it builds the table that it is named after."""

    task_id: str
    contract: Contract
    upstream: tuple[str, ...]

    @property
    def builds(self) -> bool:
        return self.task_id not in BOOKS

    @property
    def owner(self) -> str:
        return self.contract.owner

    @property
    def retries(self) -> int:
        return self.contract.retries

    @property
    def frequency_hours(self) -> int:
        return self.contract.frequency_hours

    @property
    def doc(self) -> str:
        """Markdown: grain, purpose, freshness, and where the columns and rules are described."""
        contract = self.contract
        page = f"docs/tables/{contract.layer}/{contract.short_name}.md"
        verb = "Builds" if self.builds else "Writes"
        return (
            f"{verb} **{contract.name}**: {contract.grain}\n\n{contract.purpose}\n\n"
            f"Owner {self.owner}; at most {self.frequency_hours} hours old. Columns and rules: `{page}`."
        )


@dataclass(frozen=True)
class Plan:
    """All tasks, each after those it waits for."""

    tasks: tuple[Task, ...]

    @property
    def frequency_hours(self) -> int:
        """Hours between two runs: the freshest table sets the pace, the others find nothing to do."""
        return min(task.frequency_hours for task in self.tasks)

    @property
    def tags(self) -> tuple[str, ...]:
        """Layers that are built, and the cadence; always out of TAGS."""
        built = {task.contract.layer for task in self.tasks if task.builds}
        return (*(layer for layer in LAYERS if layer in built), cadence(self.frequency_hours))


def cadence(hours: int) -> str:
    """The widest usual interval that is still fresh enough: 24 → `daily`, 30 → `daily`, 168 → `weekly`."""
    fitting = [name for name, length in CADENCES.items() if length <= hours]
    return fitting[-1] if fitting else "hourly"


def plan(contracts: Mapping[str, Contract]) -> Plan:
    """Land, then each table after its inputs, then one release after all; raises ContractError where the graph cannot stand."""
    tables = build_order(contracts)
    read = {table for name in tables for table in inputs_of(contracts[name])}
    last = tuple(name for name in tables if name not in read)
    builds = [Task(name, contracts[name], inputs_of(contracts[name]) or (LAND,)) for name in tables]
    return Plan((Task(LAND, contracts[BOOKS[LAND]], ()), *builds, Task(RELEASE, contracts[BOOKS[RELEASE]], last)))
