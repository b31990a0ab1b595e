"""Rows in quarantine: one that waits and should not, or does not wait and should, is a difference like any other.

An entry is named by its feed, the row and the rule; what its message says is no part of it.
"""

from collections.abc import Iterable, Iterator, Set
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from emberlake.contracts.model import Feed
from emberlake.names import ROW, layer_of
from emberlake.runtime import changes
from emberlake.runtime.at_hand import at_hand
from emberlake.runtime.changes import NEW, OLD
from emberlake.runtime.in_force import held_files
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.quarantine import TABLE
from emberlake.runtime.reconciliation.causes import CODE, REFERENCE, TAMPERED, UNEXPLAINED
from emberlake.runtime.reconciliation.differences import foreign_versions, images
from emberlake.runtime.reconciliation.driving import LATE
from emberlake.runtime.reconciliation.finding import Finding
from emberlake.runtime.reconciliation.proven import CAUSE, Proven

ENTRY = ("table_name", "feed", "row_id", "rule_id")


def waiting(proven: Proven, before: int | None, feeds: Iterable[Feed]) -> Iterator[Finding]:
    """Entries of these feeds that differ from those of a version of the quarantine, each with its cause."""
    store = proven.lakehouse.store
    found = entries(proven.lakehouse, before, store.version(TABLE)) if store.exists(TABLE) else None
    if found is None:
        return
    left = tampered(proven, before)
    for feed in feeds:
        own = found.where((F.col("table_name") == feed.table) & (F.col("feed") == (feed.name or feed.table)))
        for row in own.withColumn(CAUSE, cause(proven, feed, left)).toLocalIterator():
            entry = row[NEW] or row[OLD]
            yield Finding(TABLE, "|".join(row[name] for name in ENTRY), entry["period"], row["_change"], row[CAUSE])


def entries(lakehouse: Lakehouse, before: int | None, after: int) -> DataFrame | None:
    """Entries that came or went between two versions, as `changes.compare` tells them; None where none did."""
    if before == after:
        return None
    old, new = (frame.dropDuplicates(list(ENTRY)) for frame in images(lakehouse, lakehouse.contract(TABLE), before, after))
    return at_hand(changes.compare(new, old, ENTRY, ()).where("_change <> 'unchanged'"))


def tampered(proven: Proven, before: int | None) -> Set[tuple[str, ...]]:
    """Entries that a writer that was no build brought or took away."""
    found: set[tuple[str, ...]] = set()
    for version in foreign_versions(proven.lakehouse, TABLE, before or 0):
        left = entries(proven.lakehouse, version - 1, version)
        found |= {tuple(row) for row in left.select(*ENTRY).collect()} if left is not None else set()
    return found


def cause(proven: Proven, feed: Feed, left: Set[tuple[str, ...]]) -> Column:
    """Why an entry differs: the first of what the books and the tables bear out, as for any other row."""
    entry, has_rows = F.concat_ws("|", *ENTRY), proven.lakehouse.contract(feed.table).has(ROW)
    facts = [
        (entry.isin(["|".join(words) for words in left]), TAMPERED),
        (F.lit(has_rows) & ~F.substring_index("row_id", ":", 1).isin(sorted(files_known(proven, feed))), LATE),
        (F.lit(any(since != until for since, until in (proven.span(feed, table) for table in feed.inputs[1:]))), REFERENCE),
        (F.lit(proven.is_recoded(feed)), CODE),
    ]
    return reduce(lambda told, fact: F.when(fact[0], fact[1]).otherwise(told), reversed(facts), F.lit(UNEXPLAINED))


def files_known(proven: Proven, feed: Feed) -> set[str]:
    """Hashes of the extracts that the last build of a feed rested on, through its driving inputs."""
    driving, (since, _) = feed.inputs[0], proven.span(feed, feed.inputs[0])
    if since is None:
        return set()
    if layer_of(driving) == "bronze":
        return set(held_files(proven.lakehouse, driving, since))
    return {file for above in proven.lakehouse.contract(driving).feeds for file in files_known(proven, above)}
