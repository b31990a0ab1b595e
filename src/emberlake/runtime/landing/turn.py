"""How much of what is new one call of landing takes in: a server's `most_bytes`, which the rest waits behind."""

from collections.abc import Iterable, Sequence, Set

from emberlake.contracts.model import Contract
from emberlake.runtime.lag import Lag
from emberlake.runtime.landing.taking_in import News

Source = tuple[str, str]  # names of a table and of one of its servers


def within_limits(news: Sequence[News], refused: Set[tuple[str, str]]) -> tuple[list[News], list[News]]:
    """What this call takes in, and what waits: a server's files in the order of their names, until `most_bytes` are reached; the first however large it is.

    Those of `refused` (hash, table), which were looked at before, are looked at again and do not count: none keeps others waiting for good.
    """
    due, waiting, byte_counts = list[News](), list[News](), dict[Source, int]()
    for one in news:
        most = one.file.server.properties.get("most_bytes")
        if most is None or (one.file_hash, one.file.contract.name) in refused:
            due.append(one)
            continue
        before = byte_counts.get(source_of(one), 0)
        byte_counts[source_of(one)] = before + one.byte_count
        (waiting if before and before + one.byte_count > most else due).append(one)
    return due, waiting


def lags_of(contracts: Iterable[Contract], waiting: Sequence[News]) -> list[Lag]:
    """What waits of each server that has a limit."""
    limited = [(contract.name, server.name) for contract in contracts for server in contract.servers if "most_bytes" in server.properties]
    return [Lag(*source, byte_count=sum(one.byte_count for one in waiting if source_of(one) == source)) for source in limited]


def source_of(news: News) -> Source:
    return news.file.contract.name, news.file.server.name
