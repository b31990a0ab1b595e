"""The one build of a table: read ▸ transform ▸ conform ▸ gate ▸ write ▸ emit ▸ record.

Stream, nightly run, recalculation and backfill differ in what starts this and in nothing else.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from emberlake.contracts import rows
from emberlake.contracts.model import Contract, Feed
from emberlake.names import short_name
from emberlake.runtime import quarantine, sources
from emberlake.runtime.account import Account, add_up
from emberlake.runtime.at_hand import KEPT
from emberlake.runtime.conform import cast_rules, conform
from emberlake.runtime.controls import standing_controls
from emberlake.runtime.epochs import refuse_other_epochs
from emberlake.runtime.facts import build_facts
from emberlake.runtime.files_within import FilesWithin, files_within
from emberlake.runtime.functions import function_of
from emberlake.runtime.in_force import input_frame, standing
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.lineage.errors import LineageError
from emberlake.runtime.outcome import Gate
from emberlake.runtime.recalculation.approval import Approval
from emberlake.runtime.session import suited_to
from emberlake.runtime.since import Touched, rows_seen, touched
from emberlake.runtime.write import Standing, Written, in_period, scope_name, write_rows
from emberlake.runtime.write import standing as standing_rows

READ_PAST = 5  # so many rows that are only read past cost as much as one that is worked on


@dataclass(frozen=True)
class Order:
    """What is to be built, on whose behalf and why.

    `since` holds the versions consumed before, where only what changed from there is computed; `period` narrows the build to one month.
    `approval` is the one that somebody gave to what the build posts, where it was asked for.
    """

    run_id: str
    build_id: str
    contract: Contract
    feed: Feed
    cause: str
    fingerprint: str
    consumed: Mapping[str, Any]  # input → [table id, version]; for bronze file hash → record count
    period: str | None = None
    since: Mapping[str, Any] | None = None
    files: tuple[dict[str, Any], ...] = ()
    approval: Approval | None = None


@dataclass
class Build:
    """What is known so far; each step adds to it."""

    order: Order
    started_at: datetime
    inputs: dict[str, DataFrame] = field(default_factory=dict)
    touched: Touched | None = None
    rows_seen: DataFrame | None = None  # `_source_row_id` of the driving rows that a build of scope `Since` is about
    account: Account = field(default_factory=Account)
    frame: DataFrame | None = None
    standing: Standing | None = None
    gate: Gate | None = None
    written: Written | None = None


def build(lakehouse: Lakehouse, order: Order) -> Account:
    """Build one table (one feed of it); the account of its rows. Raises whatever stopped it, after saying so."""
    at = Build(order, lakehouse.books.now())
    lakehouse.lineage.start(build_facts(lakehouse, at), at.started_at)
    try:
        with suited_to(lakehouse.spark, sources.rows_to_read(lakehouse, order.consumed, order.contract)):
            if is_touched(lakehouse, at):
                read(lakehouse, at)
        if at.standing is not None:
            with suited_to(lakehouse.spark, rows_at_hand(lakehouse, at)):
                transform(at)
                conform_rows(at)
                judge(lakehouse, at)
                write(lakehouse, at)
    except BaseException as error:
        with suppress(LineageError):
            lakehouse.lineage.fail(build_facts(lakehouse, at), lakehouse.books.now(), error)
        raise
    finally:
        with suppress(Exception):  # a session that is gone keeps nothing
            lakehouse.spark.catalog.clearCache()  # what this build kept at hand
    emit(lakehouse, at)
    record(lakehouse, at)
    return at.account


def is_touched(lakehouse: Lakehouse, at: Build) -> bool:
    """Whether there is anything to compute; where no change reaches the table, it stands as it is."""
    if at.order.since is None:
        return True
    at.touched = touched(lakehouse, at.order)
    if at.touched is None:
        at.written = Written(lakehouse.store.version(at.order.contract.name), False)
    return at.touched is not None


def read(lakehouse: Lakehouse, at: Build) -> None:
    """Pin every input to its version, count the driving one, and hold back what stands corrected or superseded."""
    contract, feed = at.order.contract, at.order.feed
    lakehouse.store.ensure(contract)
    lakehouse.store.relax(lakehouse.spark, contract)
    at.standing = standing_rows(lakehouse, at.order, at.touched)
    if contract.layer == "bronze":
        refuse_other_epochs(lakehouse, contract)
        at.frame = sources.bronze_frame(lakehouse.spark, contract, at.order.files, lakehouse.settings.lakehouse)
        at.account.input_count = sum(int(f["record_count"]) for f in at.order.files)
        return
    for table in feed.inputs:
        drives, version = table == feed.inputs[0], at.order.consumed[table][1]
        found = driving_files(lakehouse, at) if drives else None
        frame, held = input_frame(lakehouse, table, version, feed.history and drives, found.names if found else None)
        if drives:
            frame = read_driving(lakehouse, at, frame, held, found)
        at.inputs[short_name(table)] = standing(frame, held)


def rows_at_hand(lakehouse: Lakehouse, at: Build) -> int:
    """How many rows a build works on once it has read: of what it is about, as it came and as it stands, and of the other inputs.

    Those that are only read past, and written again beside one that changes, cost a part of that.
    """
    assert at.standing is not None
    if at.touched is None or at.touched.reach.needs_whole:
        return sources.rows_to_read(lakehouse, at.order.consumed, at.order.contract)
    beside = sum(lakehouse.store.row_count(table, at.order.consumed[table][1]) for table in at.order.feed.inputs[1:])
    return at.account.input_count + max(at.standing.row_count, at.standing.held_count // READ_PAST) + beside


def driving_files(lakehouse: Lakehouse, at: Build) -> FilesWithin | None:
    """Files of the driving input that the build is about; None where it is to be read whole."""
    if at.touched is None or at.touched.reach.needs_whole:
        return None
    driving = at.order.feed.inputs[0]
    return files_within(lakehouse, driving, at.order.consumed[driving][1], at.touched.groups, at.touched.reach.group)


def read_driving(lakehouse: Lakehouse, at: Build, frame: DataFrame, held: Mapping[str, Column], found: FilesWithin | None) -> DataFrame:
    """The driving input as far as the build is about it, its rows counted; those `found` in its files were counted there, unless some are held back."""
    driving = at.order.feed.inputs[0]
    flags = [condition.cast("int").alias(f"_held_{n}") for n, condition in enumerate(held.values())]
    if at.touched is None:
        at.account.input_count = sources.row_count(lakehouse, driving, at.order.consumed[driving][1])
        at.account.held_back(held_counts(frame.select(*flags), held) if held else {})
        return frame
    own = frame if found and found.is_all else at.touched.of_driving(frame)
    own = own if found and found.row_count > KEPT else own.persist()
    at.account.input_count = found.weight if found and found.weight is not None and not held else own.count()
    at.account.held_back(held_counts(own.select(*flags), held) if held else {})
    at.rows_seen = rows_seen(at.touched, own)
    return frame if at.touched.reach.needs_whole else own


def held_counts(flagged: DataFrame, held: Mapping[str, Column]) -> dict[str, int]:
    """Rule id → rows that it holds back."""
    counts = flagged.select(*[F.coalesce(F.sum(f"_held_{n}"), F.lit(0)).alias(str(n)) for n in range(len(held))]).first()
    return {rule: int(counts[n]) for n, rule in enumerate(held)} if counts else {}


def transform(at: Build) -> None:
    """The table's own function, which sees frames and nothing else."""
    feed = at.order.feed
    if at.order.contract.layer != "bronze":
        at.frame = function_of(at.order.contract, feed)(**at.inputs)
        if at.touched is not None and at.touched.reach.needs_whole:
            at.frame = at.touched.of_table(at.frame)


def conform_rows(at: Build) -> None:
    """Select, cast and order by contract, and lay out the rules that judge the result."""
    contract, feed = at.order.contract, at.order.feed
    assert at.frame is not None
    if contract.layer == "bronze":
        at.gate = Gate(sources.bronze_rules(contract, feed), feed.accounts)
    else:
        at.frame = conform(at.frame, contract, feed.rule_columns)
        at.gate = Gate(feed.rules + cast_rules(contract, at.frame) + rows.rules(contract, replace(feed, rules=())), feed.accounts)


def judge(lakehouse: Lakehouse, at: Build) -> None:
    """Every row gets its masks; outputs of one input stand or fall together."""
    assert at.frame is not None and at.gate is not None
    at.frame = quarantine.together(at.gate.judge(at.frame), at.gate, row_id(at.order.contract))
    if at.order.feed.accounts.by == "count" or (at.touched is not None and at.account.input_count <= KEPT):  # asked for again and again; a sum is small
        at.frame = at.frame.persist()
    quarantine.refuse_rejected(scoped(at), at.gate, at.order.contract)


def scoped(at: Build) -> DataFrame:
    """The judged rows of the period that is built; all of them where none is named."""
    assert at.frame is not None
    return at.frame.where(in_period(at.order.period)) if at.order.period else at.frame


def write(lakehouse: Lakehouse, at: Build) -> None:
    """Write what differs, then the quarantine; count, and fail when it does not add up."""
    assert at.frame is not None and at.gate is not None and at.standing is not None
    if at.order.period:
        at.account.out_of_scope_count = quarantine.driving_count(at.frame.where(~in_period(at.order.period)), at.gate)
    at.written = write_rows(lakehouse, at.order, at.frame, at.gate, at.account, at.standing)
    quarantine.write_open(lakehouse, at.order, scoped(at), at.gate, row_id(at.order.contract), at.account, at.rows_seen)
    add_up(at.order.feed.job, at.account)


def emit(lakehouse: Lakehouse, at: Build) -> None:
    """Tell lineage what was read, written and found."""
    lakehouse.lineage.complete(build_facts(lakehouse, at), lakehouse.books.now())


def record(lakehouse: Lakehouse, at: Build) -> None:
    """Enter the build into the books: from here on it counts as done."""
    order, account = at.order, at.account
    assert at.written is not None
    if order.since is not None:  # what was computed is a part; the totals are those of all that stands
        account.controls = standing_controls(lakehouse, order, at.written.version)
    lakehouse.books.write("commit", [{
        "build_id": order.build_id, "run_id": order.run_id, "table_name": order.contract.name, "feed": order.feed.name,
        "cause": order.cause, "scope": scope_name(order), "table_version": at.written.version,
        "consumed": json.dumps(order.consumed), "fingerprint": order.fingerprint, "started_at": at.started_at, "finished_at": lakehouse.books.now(),
        "plan_id": order.approval.plan_id if order.approval else None, "approved_by": order.approval.approved_by if order.approval else None,
        **account.counts(), "rule_counts": json.dumps(account.rule_counts), "controls": json.dumps(account.controls),
    }])  # fmt: skip


def row_id(contract: Contract) -> Column:
    """Row of the driving input behind an output row: the bronze row where there is one, else the key."""
    return F.col("_source_row_id") if contract.has("_source_row_id") else F.concat_ws("|", *contract.key)
