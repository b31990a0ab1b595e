"""A table's contract as frozen values: what the other packages see of the YAML."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

from emberlake.errors import EmberlakeError
from emberlake.names import job_name, layer_of, short_name


class ContractError(EmberlakeError):
    """A contract that cannot be read or would promise what nobody keeps: names file, path in it, and the mend."""


@dataclass(frozen=True)
class Column:
    """One column: its Spark type, what it means, and what follows from it."""

    name: str
    type: str  # a Spark type, for example decimal(18,6)
    description: str
    required: bool = False
    key_position: int | None = None
    partition_position: int | None = None
    physical_name: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    unit: str | None = None
    measure: bool = False  # negated by a reversal
    technical: bool = False  # no part of a row's content when rows are compared
    control: str | None = None  # summed from source to gold under this name
    references: str | None = None  # silver.plant.plant_id
    sources: tuple[str, ...] = ()  # silver.goods_receipt.mass_kg


@dataclass(frozen=True)
class Rule:
    """What must hold of a row, as a Spark SQL predicate (NULL does not hold), and what happens where it does not."""

    id: str
    name: str
    predicate: str
    severity: str
    message: str  # {column} is filled from the row
    column: str | None = None


@dataclass(frozen=True)
class Expectation:
    """What must hold of the whole table: `query` over ${object} returns the rows that ought not to exist."""

    id: str
    name: str
    query: str
    severity: str
    message: str


@dataclass(frozen=True)
class Write:
    """How a table is written, in which order rows of one key compete, and which keys are recomputed whole."""

    mode: str
    order: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Accounts:
    """How rows of the driving input are found again in the output: by row, by a lead row, or by a count column."""

    by: str
    column: str | None = None


@dataclass(frozen=True)
class Server:
    """Where bronze reads, and in which dialect."""

    name: str
    path: str
    format: str
    encoding: str
    delimiter: str
    properties: Mapping[str, Any]

    def claims(self, name: str) -> bool:
        """Whether a path below the landing folder is one of its files."""
        return claims(PurePosixPath(self.path).parts, PurePosixPath(name).parts)


def claims(pattern: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    """Whether a glob, part by part, names a path; `**` stands for any folders."""
    if not pattern or not parts:
        return not parts and all(part == "**" for part in pattern)
    if pattern[0] == "**":
        return claims(pattern[1:], parts) or claims(pattern, parts[1:])
    return fnmatchcase(parts[0], pattern[0]) and claims(pattern[1:], parts[1:])


@dataclass(frozen=True)
class Way:
    """How rows of an input meet rows of the driving input, or `through` which other input: Spark SQL over the one → over the other.

    `within`: of those that meet, the ones whose value (SQL over the other) lies between two of the input's row, ends included; an empty end is open.
    """

    meets: Mapping[str, str]
    through: str | None = None
    within: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Reach:
    """How far a change of an input reaches into a table.

    `group`: column of the table → its value for a row of the driving input, in Spark SQL; rows of one group are computed together.
    `needs_whole`: the function must see the driving input whole, to compute any group of it.
    """

    group: Mapping[str, str]
    paths: Mapping[str, tuple[Way, ...]]
    needs_whole: bool = False


@dataclass(frozen=True)
class Feed:
    """One writer of a table: a function of inputs, the first of which drives."""

    name: str | None
    table: str
    inputs: tuple[str, ...]
    accounts: Accounts
    rules: tuple[Rule, ...] = ()
    rule_columns: tuple[str, ...] = ()  # returned by the function for rules only, not written
    lineage: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    history: bool = False  # whether the function sees of its driving input also what was in force earlier
    reach: Reach | None = None  # without it a change of any input computes the table whole

    @property
    def job(self) -> str:
        return job_name(self.table, self.name)


@dataclass(frozen=True)
class Contract:
    """One table: everything that its YAML says."""

    name: str
    version: str
    path: Path
    domain: str
    grain: str
    purpose: str
    usage: str | None
    limitations: str | None
    owner: str
    frequency_hours: int
    retention_days: int
    retries: int
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]
    expectations: tuple[Expectation, ...]
    write: Write
    feeds: tuple[Feed, ...]
    servers: tuple[Server, ...] = ()  # ways in which a source delivers one entity; none for what is no bronze
    definitions: tuple[Mapping[str, str], ...] = ()

    @property
    def layer(self) -> str:
        return layer_of(self.name)

    @property
    def delivery(self) -> str | None:
        """How bronze is delivered: full, increment or log; None for what is no bronze."""
        return self.servers[0].properties["delivery"] if self.servers else None

    def server(self, name: str | None = None) -> Server:
        """The server of that name, the first where none is named; raises ContractError where there is none."""
        for server in self.servers:
            if name in (None, server.name):
                return server
        raise ContractError(f"{self.path}: {self.name} is read from {[s.name for s in self.servers] or 'no files'}, not from {name}")

    def server_of(self, name: str | None, file_name: str) -> Server:
        """The server by which a file landed: the only one, the one of its name, or, where it had another name then, the one that claims the file."""
        if len(self.servers) == 1:
            return self.servers[0]
        found = [server for server in self.servers if server.name == name] or [server for server in self.servers if server.claims(file_name)]
        if len(found) != 1:
            raise ContractError(f"{self.path}: {file_name} came by server {name}, which is none of {[s.name for s in self.servers]}; give it that name again")
        return found[0]

    @property
    def short_name(self) -> str:
        return short_name(self.name)

    @property
    def key(self) -> tuple[str, ...]:
        keyed = [c for c in self.columns if c.key_position is not None]
        return tuple(c.name for c in sorted(keyed, key=lambda c: c.key_position or 0))

    @property
    def partitions(self) -> tuple[str, ...]:
        parts = [c for c in self.columns if c.partition_position is not None]
        return tuple(c.name for c in sorted(parts, key=lambda c: c.partition_position or 0))

    @property
    def content(self) -> tuple[str, ...]:
        """Columns whose difference makes a row a different row."""
        return tuple(c.name for c in self.columns if not c.technical and c.name not in self.key)

    def column(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise ContractError(f"{self.path}: table {self.name} has no column {name}; it has {[c.name for c in self.columns]}")

    def has(self, name: str) -> bool:
        return any(c.name == name for c in self.columns)
