"""A span of a topic is a file of the landing folder: its name says which messages are in it."""

import re
from dataclasses import dataclass
from itertools import takewhile
from pathlib import PurePosixPath

from emberlake.contracts.model import Contract, ContractError, Server

_NAME = re.compile(r"(?:.*/)?([^/]+)/(\d+)-(\d+)-(\d+)\.jsonl")


@dataclass(frozen=True)
class Span:
    """Messages of one partition from the offset `first` to the offset `last`, both included."""

    topic: str
    partition: int
    first: int
    last: int

    @property
    def file_name(self) -> str:
        return f"{self.partition}-{self.first}-{self.last}.jsonl"


def span_of(name: str, contract: Contract) -> Span | None:
    """What the name of a file says; None where the contract names no topic, or the file lies in no folder of that name."""
    found = _NAME.fullmatch(name)
    if not found or found[1] not in {server.properties.get("topic") for server in contract.servers}:
        return None
    return Span(found[1], *(int(number) for number in found.groups()[1:]))


def folder_of(contract: Contract, server: Server) -> PurePosixPath:
    """Folder below the landing folder for the files of a server's topic; raises ContractError where its path claims none there."""
    path, topic = server.path, str(server.properties["topic"])
    fixed = PurePosixPath(*takewhile(lambda part: not set(part) & set("*?["), PurePosixPath(path).parts[:-1]))
    folder = fixed if fixed.name == topic else fixed / topic
    if not path.endswith(".jsonl") or not server.claims(str(folder / "0-0-0.jsonl")):
        raise ContractError(f"{contract.path}: path {path} claims no file of topic {topic}; write {folder}/*.jsonl, which claims {folder}/0-0-0.jsonl")
    return folder
