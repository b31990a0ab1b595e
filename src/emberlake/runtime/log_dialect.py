"""How a bronze contract says what the events of a source's log are: its property `events` as an envelope, or what is wrong with it."""

from collections.abc import Iterator, Mapping
from typing import Any

from emberlake.contracts.model import Contract, ContractError, Server
from emberlake.runtime.extracts.envelope import DELETE, IGNORE, PER_SECOND, UPSERT, Envelope, alternatives

PATHS = ("operation", "row", "before", "transaction", "time", "epoch", "producer", "sequence")
LISTS = ("position", "each")  # of paths
VALUES = ("meaning", "every", "time_unit", "epochs", "in_epoch", "unavailable")
INNER = ("row", "before", "each")  # what only a nested message has


def envelope_of(contract: Contract, server: Server) -> Envelope | None:
    """Where the events of a source's log have their parts; raises ContractError for what cannot be."""
    if (said := server.properties.get("events")) is None:
        return None
    if problems := [*faults(said), *faults_of_row(contract, server, said), *faults_of_epochs(contract, said)]:
        raise ContractError(f"{contract.path}: events {'; '.join(problems)}")
    return Envelope(
        meaning={str(word): what for word, what in said.get("meaning", {}).items()}, every=said.get("every"),
        time_unit=said.get("time_unit", "ms"), epochs=tuple(map(str, said.get("epochs", ()))), in_epoch=str(said["in_epoch"]) if "in_epoch" in said else None,
        unavailable=said.get("unavailable"), key=tuple(contract.column(name).physical_name or name for name in contract.key),
        position=tuple(map(alternatives, said.get("position", ()))), each=tuple(map(alternatives, said.get("each", ()))),
        **{name: alternatives(said.get(name)) for name in PATHS},
    )  # fmt: skip


def faults(said: Mapping[str, Any]) -> Iterator[str]:
    """What is said of events that cannot be, in words."""
    if unknown := set(said) - {*PATHS, *LISTS, *VALUES}:
        yield f"know {sorted([*PATHS, *LISTS, *VALUES])}, not {sorted(unknown)}"
    if said.get("every") not in (None, UPSERT, DELETE):
        yield f"are every one {said['every']!r}; it is {UPSERT} or {DELETE}"
    if "every" in said and ("operation" in said or "meaning" in said):
        yield "say what every one means, and where each says it"
    yield from (f"need {name}" for name in ("operation", "meaning") if not said.get(name) and "every" not in said)
    yield from (f"explain {word!r} as {what!r}" for word, what in said.get("meaning", {}).items() if what not in (UPSERT, DELETE, IGNORE))
    yield from (f"name {name} as one text, where a list of paths is expected" for name in LISTS if isinstance(said.get(name), str))
    if (("epoch" in said) + ("in_epoch" in said)) != ("epochs" in said):
        yield "declare epochs and not which one an event is of (epoch, or in_epoch for all of them), or the other way round"
    if said.get("in_epoch") not in (None, *said.get("epochs", ())):
        yield f"are in the epoch {said['in_epoch']!r}, which is none of those declared"
    if said.get("time_unit", "ms") not in PER_SECOND:
        yield f"count time in {said['time_unit']!r}"


def faults_of_epochs(contract: Contract, said: Mapping[str, Any]) -> Iterator[str]:
    """Events of all servers of one table are put in one order."""
    others = [server.properties.get("events", {}).get("epochs") for server in contract.servers]
    if any(other != said.get("epochs") for other in others):
        yield "declare other epochs than those of another server of the same table"
    lengths = {len(server.properties.get("events", {}).get("position", ())) for server in contract.servers}
    if not said.get("epochs") and len(lengths) > 1:
        yield "have no epochs, and not as many parts of a position as those of another server of the same table"


def faults_of_row(contract: Contract, server: Server, said: Mapping[str, Any]) -> Iterator[str]:
    """Where the event itself is the row, what is said of it must be its columns."""
    if not contract.key:
        yield "need primary keys, by which rows are found again"
    if server.format == "json" and said.get("row"):
        return
    if inner := [name for name in INNER if said.get(name)]:
        why = f"in {server.format}" if "row" in inner else "where no path to a row is named"
        yield f"are themselves the row {why}: they have no {', '.join(inner)}"
    columns = {c.physical_name or c.name for c in contract.columns}
    paths = [*(said[name] for name in PATHS if name not in INNER and said.get(name)), *said.get("position", ())]
    if absent := sorted({way for path in paths for way in str(path).split("|")} - columns):
        yield f"are themselves the row, which has no column {', '.join(absent)}"
