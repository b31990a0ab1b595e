"""Where bronze reads: the servers of a contract, the ways in which a source delivers one entity."""

from pathlib import Path
from typing import Any

from emberlake.contracts.document import needed, properties
from emberlake.contracts.model import ContractError, Server
from emberlake.names import DELIVERIES

FORMATS = ("csv", "json", "parquet")


def servers_of(path: Path, document: dict[str, Any]) -> tuple[Server, ...]:
    """The servers of a bronze contract, none for others; raises ContractError where their deliveries cannot be put together."""
    if not document["name"].startswith("bronze."):
        return ()
    servers = tuple(server_of(path, entry) for entry in needed(path, document, "servers"))
    if len({server.name for server in servers}) < len(servers):
        raise ContractError(f"{path}: servers must have names of their own")
    if len({server.properties["delivery"] for server in servers}) > 1 or (len(servers) > 1 and servers[0].properties["delivery"] == "full"):
        raise ContractError(f"{path}: several servers deliver increments, or a log; a file of rows beside a log is a log too (events: every)")
    if sum("topic" in server.properties for server in servers) > 1:
        raise ContractError(f"{path}: one of its servers may name a topic, not several")
    return servers


def server_of(path: Path, server: dict[str, Any]) -> Server:
    """One server as its entry says it."""
    custom = properties(server)
    for key in ("delivery", *(() if "organisationColumn" in custom else ("organisation",))):
        needed(path, custom, key)
    if (delivery := custom["delivery"]) not in DELIVERIES:
        raise ContractError(f"{path}: delivery is {delivery!r}; it must be one of {', '.join(DELIVERIES)}")
    if (delivery == "log") != ("events" in custom):
        raise ContractError(f"{path}: a delivery of kind log needs the property events, which says where an event has its parts; others have none")
    if (most := custom.get("most_bytes")) is not None and (type(most) is not int or most < 1 or "topic" in custom):
        raise ContractError(f"{path}: most_bytes must be a whole number above zero, of a server without a topic, whose limit is most_messages; found {most!r}")
    if (form := needed(path, server, "format")) not in FORMATS:
        raise ContractError(f"{path}: servers.format is {form!r}; files are read as {', '.join(FORMATS)}")
    return Server(needed(path, server, "server"), needed(path, server, "path"), form, server.get("encoding", "utf-8"), server.get("delimiter", ","), custom)
