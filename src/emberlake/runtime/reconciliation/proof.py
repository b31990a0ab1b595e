"""The proof of a window: the very run computes it anew in a throw-away lakehouse, and what stood is compared with what came of it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from emberlake.contracts.graph import build_order
from emberlake.contracts.model import Contract, Feed
from emberlake.names import JUDGED_LAYERS, WHOLE_SCOPES
from emberlake.runtime import quarantine
from emberlake.runtime.at_hand import at_hand
from emberlake.runtime.changes import NEW, OLD
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.landing import LANDING
from emberlake.runtime.locks import held
from emberlake.runtime.reconciliation.causes import explained
from emberlake.runtime.reconciliation.differences import difference
from emberlake.runtime.reconciliation.finding import Finding
from emberlake.runtime.reconciliation.proven import CAUSE, Proven
from emberlake.runtime.reconciliation.waiting import waiting
from emberlake.runtime.reconciliation.window import Window
from emberlake.runtime.run import BUSY, Progress, run
from emberlake.runtime.throw_away import throw_away

CARBON = "kgco2e"
PATIENCE_S = 300  # a stream holds the tables for a trigger at a time


@dataclass(frozen=True)
class Proof:
    """What differs, and the tables that a repair must build."""

    findings: tuple[Finding, ...]
    tables: tuple[str, ...]


def prove(lakehouse: Lakehouse, window: Window, run_id: str, progress: Progress) -> Proof:
    """Compute a window anew elsewhere, and compare. The lakehouse itself is read, and held for as long as it is copied."""
    with ExitStack() as copies:
        there = copied(lakehouse, copies)
        stood, builds, waited = versions(there), last_builds(there), quarantine_version(there)
        for selection in window.selections(there, run_id):
            run(there, selection, progress)
        proven, stands = Proven(there, stood, builds), versions(there)
        findings = [f for name in build_order(there.contracts) if there.contract(name).layer in JUDGED_LAYERS for f in found_in(proven, name, stands.get(name))]
        findings += waiting(proven, waited, judged_feeds(there))
        new_files = [name for name in stands if there.contract(name).layer == "bronze" and stands[name] != stood.get(name)]
        waits = [f.row_key.split("|", 1)[0] for f in findings if f.table == quarantine.TABLE]
        return Proof(tuple(findings), tuple(dict.fromkeys((*new_files, *proven.found, *waits))))


def copied(lakehouse: Lakehouse, copies: ExitStack) -> Lakehouse:
    """A throw-away copy, taken while nobody lands or builds. What waits for approval waits in it too."""
    with held(lakehouse, [LANDING, *build_order(lakehouse.contracts)], BUSY, PATIENCE_S):
        there = copies.enter_context(throw_away(lakehouse))
    return Lakehouse(replace(there.settings, approval=lakehouse.settings.approval))


def versions(lakehouse: Lakehouse) -> dict[str, int]:
    """Tables that exist, in the order of the graph, with the version at which they stand."""
    store = lakehouse.store
    return {name: store.version(name) for name in build_order(lakehouse.contracts) if store.exists(name)}


def quarantine_version(lakehouse: Lakehouse) -> int | None:
    """The version at which the quarantine stands; None where no row ever waited."""
    return lakehouse.store.version(quarantine.TABLE) if lakehouse.store.exists(quarantine.TABLE) else None


def judged_feeds(lakehouse: Lakehouse) -> list[Feed]:
    """Feeds whose rows a proof computes anew, in the order of the graph."""
    contracts = [lakehouse.contract(name) for name in build_order(lakehouse.contracts)]
    return [feed for contract in contracts if contract.layer in JUDGED_LAYERS for feed in contract.feeds]


def last_builds(lakehouse: Lakehouse) -> dict[str, Mapping[str, Any]]:
    """Job → its last recorded build of more than a month, with what that consumed."""
    feeds = [feed for name in build_order(lakehouse.contracts) for feed in lakehouse.contract(name).feeds]
    found = {feed.job: lakehouse.books.last_commit(feed.table, feed.name, WHOLE_SCOPES) for feed in feeds}
    return {job: row | {"consumed": json.loads(row["consumed"])} for job, row in found.items() if row}


def found_in(proven: Proven, table: str, version: int | None) -> Iterator[Finding]:
    """What differs in a table, each key with its cause; the tables that it reads were asked before."""
    contract = proven.lakehouse.contract(table)
    found = difference(proven.lakehouse, table, proven.versions.get(table), version)
    if found is None:
        return
    whose = F.coalesce(f"{NEW}.source_system", f"{OLD}.source_system") if contract.has("source_system") else F.lit(None)
    differing = {row["feed"] for row in found.select(whose.alias("feed")).distinct().collect()} if any(feed.name for feed in contract.feeds) else {None}
    parts = [explained(proven, f, found.where(whose == f.name) if f.name else found) for f in contract.feeds if f.name in differing]
    told = at_hand(reduce(DataFrame.unionByName, parts))
    assert told is not None
    proven.found[table] = told
    yield from (finding(contract, row) for row in told.toLocalIterator())


def finding(contract: Contract, row: Row) -> Finding:
    """A differing key as it is reported."""
    amount = next((c.name for c in contract.columns if c.control == CARBON), None)
    new, old = row[NEW], row[OLD]
    before, after = (image[amount] if image is not None and amount else None for image in (old, new))
    period = (new or old)["period"] if contract.has("period") else None
    return Finding(contract.name, "|".join(str(row[name]) for name in contract.key), period, row["_change"], row[CAUSE], before, after)
