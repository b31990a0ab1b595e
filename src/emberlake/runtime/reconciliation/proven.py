"""A throw-away lakehouse in which a window was computed anew, beside what stood before: what every cause is asked of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from emberlake.contracts.model import Feed
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.reconciliation.differences import both_images
from emberlake.runtime.run import consumed_now
from emberlake.runtime.since import group_columns

CAUSE = "_cause"


@dataclass
class Proven:
    """The lakehouse after the proof; the versions that stood, and the last whole build of each job, as they were before it.

    `found` grows in the order of the graph: table → the rows that differ, with their cause.
    """

    lakehouse: Lakehouse
    versions: Mapping[str, int]
    builds: Mapping[str, Mapping[str, Any]]
    found: dict[str, DataFrame] = field(default_factory=dict)

    def key(self, feed: Feed) -> list[str]:
        """Key of the feed's table."""
        return list(self.lakehouse.contract(feed.table).key)

    def span(self, feed: Feed, table: str) -> tuple[int | None, int | None]:
        """Version of an input that the last build read, and the one that the proof read; None where there was none, or another table."""
        last = self.builds.get(feed.job, {}).get("consumed", {}).get(table, [None, None])
        table_id, version = consumed_now(self.lakehouse, feed)[table]
        return (last[1] if last[0] == table_id else None), version

    def is_recoded(self, feed: Feed) -> bool:
        """Whether the last build was by another contract or function."""
        last, now = self.builds.get(feed.job), self.lakehouse.books.last_commit(feed.table, feed.name)
        return last is not None and now is not None and last["fingerprint"] != now["fingerprint"]

    def hit_by(self, feed: Feed, rows: DataFrame, driving: DataFrame) -> DataFrame:
        """Keys of the table's differing rows that are computed together with these driving rows, with the causes of the latter.

        Without a declared reach all rows of a table are computed together.
        """
        key = self.key(feed)
        if feed.reach is None:
            met = rows.select(*key).crossJoin(driving.select(CAUSE).distinct())
        else:
            groups = driving.select(*group_columns(self.lakehouse.contract(feed.table), feed.reach), CAUSE).distinct()
            own = both_images(rows).withColumns({f"_own_{name}": F.col(name) for name in feed.reach.group})
            same = reduce(lambda a, b: a & b, [F.col(f"_own_{name}").eqNullSafe(F.col(f"_group_{name}")) for name in feed.reach.group])
            met = own.join(F.broadcast(groups), on=same).select(*key, CAUSE)
        return met.groupBy(*key).agg(F.concat_ws(", ", F.sort_array(F.collect_set(CAUSE))).alias(CAUSE))
