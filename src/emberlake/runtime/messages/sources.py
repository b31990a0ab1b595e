"""Which topics are fetched, as the contracts of bronze say it: `topic` among the properties of a contract's server."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from emberlake.contracts.model import Contract, ContractError, Server
from emberlake.runtime.messages.spans import folder_of

MOST_MESSAGES = 100_000
OVERDUE_S = 600


@dataclass(frozen=True)
class Source:
    """One topic for one bronze table.

    `folder` lies below the landing folder. At most `most_messages` are fetched at a time. `transactions` is the topic that says
    where the source's transactions end; one that has not ended after `overdue_s` seconds is a finding.
    """

    table: str
    server: str
    topic: str
    folder: PurePosixPath
    most_messages: int
    transactions: str | None
    overdue_s: int


def sources_of(contracts: Mapping[str, Contract]) -> list[Source]:
    """Sources by table; raises ContractError where one cannot be fetched as its contract says."""
    return [_source(contract, server) for _, contract in sorted(contracts.items()) for server in contract.servers if "topic" in server.properties]


def groups_of(sources: list[Source]) -> list[list[Source]]:
    """Sources that share transactions, together; the others each by itself."""
    groups: dict[str, list[Source]] = {}
    for source in sources:
        groups.setdefault(f"transactions {source.transactions}" if source.transactions else source.table, []).append(source)
    return list(groups.values())


def _source(contract: Contract, server: Server) -> Source:
    if (server.format, server.encoding) != ("json", "utf-8"):
        raise ContractError(f"{contract.path}: messages of a topic are written as json in utf-8; the contract says {server.format} in {server.encoding}")
    numbers = {name: server.properties.get(name, default) for name, default in (("most_messages", MOST_MESSAGES), ("overdue_s", OVERDUE_S))}
    for name, number in numbers.items():
        if type(number) is not int or number < 1:
            raise ContractError(f"{contract.path}: {name} must be a whole number above zero; found {number!r}")
    topic = str(server.properties["topic"])
    return Source(
        contract.name, server.name, topic, folder_of(contract, server), numbers["most_messages"], server.properties.get("transactions"), numbers["overdue_s"]
    )
