"""Numbers that are missing among those that a producer gave its events: found in bronze whenever it is asked, so never out of date."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from emberlake.contracts.model import Contract
from emberlake.runtime.lakehouse import Lakehouse


@dataclass(frozen=True)
class SequenceGap:
    """A range of numbers, both included, between others of the same producer that are in bronze."""

    table: str
    producer: str | None
    first_missing: int
    last_missing: int


def sequence_gaps(lakehouse: Lakehouse) -> Iterator[SequenceGap]:
    """Ranges by table, producer and number. An event in quarantine is missing too: its number could not be trusted."""
    for contract in lakehouse.contracts.values():
        if is_numbered(contract) and lakehouse.store.exists(contract.name):
            numbers = lakehouse.store.dataset(contract.name).to_table(columns=["_producer", "_sequence"])
            yield from (SequenceGap(contract.name, *gap) for gap in missing(numbers))


def is_numbered(contract: Contract) -> bool:
    return any("sequence" in server.properties.get("events", {}) for server in contract.servers)


def missing(numbers: pa.Table) -> Iterator[tuple[str | None, int, int]]:
    """(producer, first, last) of each range between two numbers of a producer; a number told twice is one number."""
    once = numbers.group_by(["_producer", "_sequence"]).aggregate([]).sort_by([("_producer", "ascending"), ("_sequence", "ascending")]).combine_chunks()
    before, after = once.slice(0, max(once.num_rows - 1, 0)), once.slice(1)
    same = pc.equal(pc.fill_null(before["_producer"], ""), pc.fill_null(after["_producer"], ""))
    jumps = pc.greater(pc.subtract(after["_sequence"], before["_sequence"]), 1)
    gaps = pc.and_(same, jumps)
    for earlier, later in zip(before.filter(gaps).to_pylist(), after.filter(gaps).to_pylist(), strict=True):
        yield later["_producer"], earlier["_sequence"] + 1, later["_sequence"] - 1
