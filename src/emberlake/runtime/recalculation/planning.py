"""A plan is the run itself, in a throw-away copy of the lakehouse: what its ledgers take there is what they would take here."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from emberlake.carbon.sums import exact_sum
from emberlake.contracts.graph import build_order
from emberlake.contracts.model import Contract, Feed
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.landing import LANDING
from emberlake.runtime.locks import held
from emberlake.runtime.net_changes import exchanged
from emberlake.runtime.recalculation import plans
from emberlake.runtime.recalculation.approval import digest
from emberlake.runtime.recalculation.pins import Pins, pinned
from emberlake.runtime.recalculation.waiting import Trail
from emberlake.runtime.run import BUSY, Progress, Selection, run
from emberlake.runtime.store import FILE
from emberlake.runtime.throw_away import throw_away

SHOWN = ("period", "scope", "material_id", "material_name")  # what a plan is told by, as far as a ledger has it
AMOUNT = "decimal(38,12)"


@dataclass(frozen=True)
class Ledger:
    """One feed of a ledger that the run built, with the row of the books that says so."""

    contract: Contract
    feed: Feed
    build: dict[str, Any]


def propose(lakehouse: Lakehouse, progress: Progress = lambda _: None) -> plans.Plan | None:
    """Make a plan and enter it into the books; None where no ledger would be built. The tables stand as they did.

    Raises Busy where a run is going, and whatever would stop the run.
    """
    with ExitStack() as stack:
        with held(lakehouse, [*build_order(lakehouse.contracts), LANDING], BUSY):
            pins, copy = pinned(lakehouse), stack.enter_context(throw_away(lakehouse))
        done = run(copy, Selection(publish=False), progress)
        ledgers = list(ledgers_built(copy, done.run_id))
        if not ledgers:
            return None
        plan, changes = plan_of(lakehouse, copy, done.run_id, ledgers, pins)
    plans.keep(lakehouse.books, plan, changes)
    return plan


def ledgers_built(copy: Lakehouse, run_id: str) -> Iterator[Ledger]:
    for build in copy.books.read("commit", run_id=run_id):
        contract = copy.contract(build["table_name"])
        if contract.write.mode == "ledger":
            feed = next(feed for feed in contract.feeds if feed.name == build["feed"])
            yield Ledger(contract, feed, build | {"consumed": json.loads(build["consumed"])})


def plan_of(lakehouse: Lakehouse, copy: Lakehouse, run_id: str, ledgers: list[Ledger], pins: Pins) -> tuple[plans.Plan, list[dict[str, Any]]]:
    """The plan of a run in the copy, and its changes."""
    posted = {at.feed.job: (at, rows) for at in ledgers if (rows := postings(copy, at)) is not None}
    plan_id, before, trail = str(uuid4()), Trail(lakehouse), Trail(copy)
    changes = [{"plan_id": plan_id, "job": job} | row for job, (at, rows) in posted.items() for row in changed(at.contract, rows)]
    causes = {cause for at in ledgers for cause in trail.causes(at.feed, before.last_whole(at.contract.name, at.feed.name), at.build)}
    builds = {row["table_name"] + (f"/{row['feed']}" if row["feed"] else ""): row["cause"] for row in copy.books.read("commit", run_id=run_id)}
    counts = [sum(row[name] for row in changes) for name in ("reversed_count", "posted_count")]
    amounts = [exact_sum(row[name] for row in changes) for name in ("old_kgco2e", "new_kgco2e")]
    digests = {job: digest(rows) for job, (_, rows) in posted.items()}
    return plans.Plan(plan_id, lakehouse.books.now(), tuple(sorted(causes)), builds, pins, digests, counts[0], counts[1], amounts[0], amounts[1]), changes


def postings(copy: Lakehouse, at: Ledger) -> DataFrame | None:
    """The rows that a build appended to its ledger; None where it appended none."""
    table = at.contract.name
    version = next((version for version, commit in copy.store.history(table) if commit["build_id"] == at.build["build_id"]), None)
    if version is None:
        return None
    _, came = exchanged(copy, table, version - 1, version)
    return copy.store.read_files(copy.spark, table, copy.store.handle(table, version), {Path(path).name for path in came}).drop(FILE)


def changed(contract: Contract, rows: DataFrame) -> list[dict[str, Any]]:
    """Rows taken back and posted, with kgCO2e before and after, for each period, scope and material; empty where there is no number."""
    shown = [(F.col(name) if contract.has(name) else F.lit(None).cast("string")).alias(name) for name in SHOWN]
    amount = F.col("kgco2e") if contract.has("kgco2e") else F.lit(None).cast("decimal(28,12)")
    grouped = rows.groupBy(*shown).agg(
        F.count(weighs(-1, F.lit(1))).alias("reversed_count"), F.count(weighs(1, F.lit(1))).alias("posted_count"),
        (-F.sum(weighs(-1, amount))).cast(AMOUNT).alias("old_kgco2e"), F.sum(weighs(1, amount)).cast(AMOUNT).alias("new_kgco2e"),
    )  # fmt: skip
    return [row.asDict() for row in grouped.collect()]


def weighs(weight: int, value: Column) -> Column:
    """The value where a row is a posting (1) or a reversal (-1)."""
    return F.when(F.col("weight") == weight, value)
