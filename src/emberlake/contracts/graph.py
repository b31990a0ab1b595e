"""The graph of tables, read from their contracts: what is built before what. No pyspark, so that a scheduler can read it."""

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from emberlake.contracts.model import Contract, ContractError
from emberlake.names import LAYERS


def inputs_of(contract: Contract) -> tuple[str, ...]:
    """Inputs of all feeds of a table, each once."""
    return tuple(dict.fromkeys(table for feed in contract.feeds for table in feed.inputs))


def build_order(contracts: Mapping[str, Contract], tables: Iterable[str] | None = None) -> list[str]:
    """Tables in an order in which each comes after its inputs; raises ContractError for a cycle or an unknown input."""
    graph: dict[str, tuple[str, ...]] = {}
    for name, contract in contracts.items():
        if contract.layer not in LAYERS:
            continue
        for table in inputs_of(contract):
            if table not in contracts:
                raise ContractError(f"{contract.path}: input {table} has no contract")
            if LAYERS.index(contracts[table].layer) > LAYERS.index(contract.layer):
                raise ContractError(f"{contract.path}: input {table} lies above {name}; the graph points down or sideways")
        graph[name] = inputs_of(contract)
    try:
        ordered = list(TopologicalSorter({k: sorted(v) for k, v in sorted(graph.items())}).static_order())
    except CycleError as error:
        raise ContractError(f"tables depend on each other in a circle: {' → '.join(error.args[1])}") from error
    wanted = set(graph if tables is None else tables)
    return [name for name in ordered if name in wanted]
