"""Rows that wait for their owner: found, kept as state of the build that found them, and gone when they are mended."""

from typing import TYPE_CHECKING

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from emberlake.contracts.model import Contract
from emberlake.contracts.rows import quoted
from emberlake.errors import EmberlakeError
from emberlake.names import ROW
from emberlake.runtime.account import Account
from emberlake.runtime.at_hand import at_hand
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.outcome import FALLEN, Gate

if TYPE_CHECKING:
    from emberlake.runtime.build import Order

TABLE = "audit.quarantine"
HIDDEN = ("_broken_", FALLEN)


class Rejected(EmberlakeError):
    """A rule of severity reject does not hold; nothing was written."""


def together(judged: DataFrame, gate: Gate, row_id: Column) -> DataFrame:
    """Where one input row has several outputs, one bad output takes the others with it."""
    if gate.accounts.by != "lead":
        return judged
    bad = at_hand(judged.where(gate.quarantined).select(row_id.alias("_bad_row_id")).distinct())
    if bad is None:
        return judged
    marked = judged.join(F.broadcast(bad), on=row_id == F.col("_bad_row_id"), how="left")
    return marked.withColumn(FALLEN, F.col("_bad_row_id").isNotNull() & ~gate.breaks("exclude", "quarantine", "reject")).drop("_bad_row_id")


def refuse_rejected(judged: DataFrame, gate: Gate, contract: Contract) -> None:
    """Raise Rejected with the first messages, where a rule says that nothing may be written."""
    if not any(rule.severity == "reject" for rule in gate.rules):
        return
    found = gate.findings(judged, F.lit(""), [], {rule.id for rule in gate.rules if rule.severity == "reject"}).where("severity = 'reject'").limit(3).collect()
    if found:
        raise Rejected(f"{contract.name}: nothing was written: " + " ".join(f"[{row['rule_id']}] {row['message']}" for row in found))


def driving_count(judged: DataFrame, gate: Gate) -> int:
    """Driving rows that stand behind judged rows."""
    row = judged.agg(F.coalesce(F.sum(gate.driving_rows()), F.lit(0)).alias("n")).first()
    return int(row["n"]) if row else 0


def write_open(lakehouse: Lakehouse, order: "Order", judged: DataFrame, gate: Gate, row_id: Column, account: Account, rows_seen: DataFrame | None) -> None:
    """Replace the open quarantine of this build's scope by what it found; of rows that it has not seen what stands is kept."""
    contract, books = order.contract, lakehouse.books
    scope = scope_of(order)
    open_rows = books.read("quarantine", table_name=contract.name, feed=feed_name(order))
    if not account.quarantined_count and not open_rows:
        return
    raw = [F.col(c) for c in judged.columns if not c.startswith(HIDDEN)]
    is_bronze = contract.layer == "bronze"
    shown = [
        (F.col("_source_file") if is_bronze else file_of(contract)).alias("source_file"),
        (F.col("_source_line") if is_bronze else F.lit(None).cast("bigint")).alias("source_line"),
        (F.col("period") if contract.has("period") else F.lit(None).cast("string")).alias("period"),
        F.to_json(F.struct(*raw)).alias("raw_row"),
    ]
    lakehouse.store.ensure(lakehouse.contract(TABLE))
    found = gate.findings(judged, row_id, shown, account.broken_rules).select(
        F.lit(contract.name).alias("table_name"), F.lit(feed_name(order)).alias("feed"), "row_id", "rule_id", "severity", "message",
        "source_file", "source_line", "period", "raw_row", F.lit(order.run_id).alias("run_id"), F.lit(lakehouse.books.now()).alias("found_at"),
    )  # fmt: skip
    if order.since is not None:
        found = found.unionByName(unseen(lakehouse, order, rows_seen))
    transaction = lakehouse.store.next_transaction(TABLE, order.feed.job)
    lakehouse.store.replace_rows(found, TABLE, scope, {"build_id": order.build_id, "job": order.feed.job, "transaction": transaction})
    for row in books.read("quarantine", table_name=contract.name, feed=feed_name(order), run_id=order.run_id):
        account.rule_counts[row["rule_id"]] = account.rule_counts.get(row["rule_id"], 0) + 1


def unseen(lakehouse: Lakehouse, order: "Order", rows_seen: DataFrame | None) -> DataFrame:
    """Open rows of this feed that a build of scope `Since` is not about."""
    open_rows = lakehouse.store.read(lakehouse.spark, TABLE, lakehouse.store.version(TABLE)).where(scope_of(order))
    return open_rows if rows_seen is None else open_rows.join(rows_seen.withColumnRenamed(ROW, "row_id"), on="row_id", how="left_anti")


def scope_of(order: "Order") -> str:
    """What this build says everything about: its feed, its period, or for bronze its files and what they correct."""
    own = f"table_name = {quoted(order.contract.name)} and feed = {quoted(feed_name(order))}"
    if order.contract.layer == "bronze":
        if any(f["kind"] == "extract" and f["delivery"] == "full" for f in order.files):
            return own  # a full delivery says everything about its entity
        files = ", ".join(quoted(f["file_hash"]) for f in order.files)
        corrected = ", ".join(quoted(f["corrects"]) for f in order.files if f.get("corrects")) or "''"
        return f"{own} and (source_file in ({files}) or row_id in ({corrected}))"
    return f"{own} and period = {quoted(order.period)}" if order.period else own


def feed_name(order: "Order") -> str:
    return order.feed.name or order.contract.name


def file_of(contract: Contract) -> Column:
    return F.substring_index("_source_row_id", ":", 1) if contract.has("_source_row_id") else F.lit(None).cast("string")
