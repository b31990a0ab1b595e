"""What sources hold that one call of landing left for later ones, kept in `audit.lag`."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from emberlake.runtime.lakehouse import Lakehouse


@dataclass(frozen=True)
class Lag:
    """What waits of one server of a table: bytes of files in the landing folder, or messages of a partition of its topic."""

    table_name: str
    server: str
    topic: str | None = None
    partition_number: int | None = None
    byte_count: int | None = None
    message_count: int | None = None

    @property
    def source(self) -> tuple[object, ...]:
        return self.table_name, self.server, self.topic, self.partition_number

    @property
    def amount(self) -> int:
        return (self.byte_count or 0) + (self.message_count or 0)

    @property
    def words(self) -> str:
        if self.topic:
            return f"{self.table_name}: {self.message_count:,} messages of {self.topic}, partition {self.partition_number}, wait for a later call"
        return f"{self.table_name}: {self.byte_count:,} bytes of new files of {self.server} wait for a later call (most_bytes)"


def enter_lags(lakehouse: Lakehouse, lags: Iterable[Lag]) -> None:
    """Enter the sources of which more or less waits than at the call before; a source that never lagged has no entry."""
    last: dict[tuple[object, ...], int] = {}
    for row in sorted(lakehouse.books.read("lag"), key=lambda row: row["landed_at"]):
        entered = Lag(**{name: value for name, value in row.items() if name != "landed_at"})
        last[entered.source] = entered.amount
    changed = [lag for lag in lags if lag.amount != last.get(lag.source, 0)]
    if changed:
        at = lakehouse.books.now()
        lakehouse.books.write("lag", [asdict(lag) | {"landed_at": at} for lag in changed])
