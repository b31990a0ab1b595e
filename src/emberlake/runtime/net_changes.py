"""What differs between two versions of an input: rows as they were and rows as they are, without those that stayed the same.

The log says it: files that went hold rows as they were, files that came hold them as they are (ADR 5).
"""

from collections.abc import Set
from pathlib import Path
from urllib.parse import unquote

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from emberlake.contracts.model import Contract
from emberlake.runtime import change_feed, changes
from emberlake.runtime.in_force import in_force, input_frame
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.ledger import POSTING
from emberlake.runtime.store import FILE, actions


def unreadable(lakehouse: Lakehouse, table: str, since: int, until: int) -> str | None:
    """Why the difference between two versions cannot be told, or None."""
    unread = [version for version in (since, until) if not lakehouse.store.is_readable(table, version)]
    return f"version {unread[0]} of {table} cannot be read any more" if unread else None


def exchanged(lakehouse: Lakehouse, table: str, since: int, until: int) -> tuple[set[str], set[str]]:
    """Files that went and files that came between two versions, by their paths in the table's folder."""
    before, after = ({unquote(p) for p in actions(lakehouse.store.handle(table, v)).column("path").to_pylist()} for v in (since, until))
    return before - after, after - before


def changed_rows(lakehouse: Lakehouse, table: str, since: int, until: int) -> DataFrame:
    """Rows of an input, as functions see it, that differ between two versions: before and after the change.

    Of a ledger the postings that came: each carries the values of the row that it posts or takes back.
    """
    contract, spark = lakehouse.contract(table), lakehouse.spark
    if contract.layer == "bronze":
        return bronze_changes(lakehouse, contract, since, until)
    gone, came = ({Path(path).name for path in paths} for paths in exchanged(lakehouse, table, since, until))
    after = lakehouse.store.read_files(spark, table, lakehouse.store.handle(table, until), came).drop(FILE)
    if contract.write.mode == "ledger":
        return but_for_moved(lakehouse, table, since, after, gone).drop(*POSTING)
    if not gone:  # rows came, and none went or changed
        return after
    if (feed := change_feed.kept(lakehouse, table, since, until)) is not None:
        return feed.select(*after.columns)
    before = went(lakehouse, table, since, gone, after)
    differ = changes.compare(after, before, contract.key, contract.content).where("_change <> 'unchanged'")
    return change_feed.before_and_after(differ, after.columns)


def but_for_moved(lakehouse: Lakehouse, table: str, since: int, came: DataFrame, gone: Set[str]) -> DataFrame:
    """Rows of files that came, without those that lay alike in files that went: where rows are only appended, somebody made one file of several."""
    if not gone:
        return came
    return in_one_alone(went(lakehouse, table, since, gone, came), came)


def went(lakehouse: Lakehouse, table: str, since: int, gone: Set[str], like: DataFrame) -> DataFrame:
    """Rows of files that went, with the columns of others; one that the table did not have yet is empty."""
    rows = lakehouse.store.read_files(lakehouse.spark, table, lakehouse.store.handle(table, since), gone)
    return rows.select(*[F.col(f.name) if f.name in rows.columns else F.lit(None).cast(f.dataType).alias(f.name) for f in like.schema])


def in_one_alone(one: DataFrame, other: DataFrame) -> DataFrame:
    """Rows that only one of two frames holds."""
    return one.subtract(other).unionByName(other.subtract(one))


def bronze_changes(lakehouse: Lakehouse, contract: Contract, since: int, until: int) -> DataFrame:
    """Rows that came into force or lost it: new ones, and those that a fix or a newer full delivery replaced.

    What is delivered in full is compared by content, for most of it comes again and again.
    """
    before = in_force(lakehouse, contract.name, since)
    if contract.delivery == "full":
        after = in_force(lakehouse, contract.name, until)
        own = [c.name for c in contract.columns if not c.technical]
        return in_one_alone(before.select(*own), after.select(*own))
    gone, came = ({Path(path).name for path in paths} for paths in exchanged(lakehouse, contract.name, since, until))
    new = lakehouse.store.read_files(lakehouse.spark, contract.name, lakehouse.store.handle(contract.name, until), came).drop(FILE)
    new = but_for_moved(lakehouse, contract.name, since, new, gone)
    if contract.delivery == "log":
        keys = new.select(*contract.key).distinct()
        overtaken = before.join(keys, on=list(contract.key), how="left_semi").select(*new.columns)
        return new.unionByName(overtaken)  # a late event may be of no force, and yet be of a history
    _, held_before = input_frame(lakehouse, contract.name, since)
    whole, held_after = input_frame(lakehouse, contract.name, until)
    if not held_after:
        return new
    was, is_now = (F.greatest(*[c.cast("int") for c in held.values()], F.lit(0)) if held else F.lit(0) for held in (held_before, held_after))
    return new.unionByName(whole.where(was != is_now))
