"""A run: what needs building is built in the order of the graph, judged once, and released together.

A crash at any step before the release publishes nothing; the next run finds what was not recorded and builds it again.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from emberlake.contracts.graph import build_order
from emberlake.contracts.model import Contract, Feed
from emberlake.names import JUDGED_LAYERS, WHOLE_SCOPES
from emberlake.runtime import gate, release, sources
from emberlake.runtime.account import Account
from emberlake.runtime.build import Order, build
from emberlake.runtime.disk import room_on_disk
from emberlake.runtime.facts import JOB
from emberlake.runtime.functions import fingerprint
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.landing import LANDING
from emberlake.runtime.lineage.errors import LineageError
from emberlake.runtime.lineage.facts import RunFacts, build_run_id
from emberlake.runtime.locks import Busy, held
from emberlake.runtime.recalculation.approval import Approval
from emberlake.runtime.recalculation.waiting import WAITS, waits_for
from emberlake.runtime.since import moved, why_whole

Progress = Callable[[str], None]
BUSY = "{} is being built by another run; wait for it to end, or run other tables meanwhile"
RELEASING, PATIENCE_S = "release", 600.0  # runs of other tables publish one after the other
STILL_RELEASING = "another run has been at its {} for ten minutes; the tables are written, run again to publish them"


@dataclass(frozen=True)
class Selection:
    """What to run: some tables or all, everything or one period (YYYY-MM); `again` builds also what seems up to date.

    A scheduler runs the stages as tasks of their own: `build` without `publish` for each table, `publish` without `build` last.
    Under an `approval` exactly the postings of its plan are made, or the run fails.
    """

    tables: tuple[str, ...] = ()
    period: str | None = None
    again: bool = False
    build: bool = True
    publish: bool = True
    run_id: str | None = None
    approval: Approval | None = None

    def __str__(self) -> str:
        how = f"{f' in {self.period}' if self.period else ''}{' again' if self.again else ''}{f' by plan {self.approval.plan_id}' if self.approval else ''}"
        return f"{', '.join(self.tables) or 'all tables'}{how}"


@dataclass
class Run:
    """What a run did: the account of every build, what was left alone and why, verdicts, release."""

    run_id: str
    accounts: dict[str, Account] = field(default_factory=dict)  # job → account
    skipped: dict[str, str] = field(default_factory=dict)  # job → why there was nothing to do
    verdicts: list[dict[str, Any]] = field(default_factory=list)
    release_id: str | None = None


@dataclass(frozen=True)
class Step:
    """One feed of a table in a plan: the cause of building it, or None and the reason for leaving it.

    `since` holds the versions of the inputs from which on changes are followed; None where the table is computed whole.
    """

    contract: Contract
    feed: Feed
    cause: str | None
    reason: str = ""
    since: Mapping[str, Any] | None = None


def plan(lakehouse: Lakehouse, selection: Selection) -> Iterator[Step]:
    """What is to be built, in the order of the graph. Read lazily while building, it sees what was built before; at once it is a dry run."""
    for table in selection.tables:
        lakehouse.contract(table)
    for name in build_order(lakehouse.contracts, selection.tables or None):
        contract = lakehouse.contract(name)
        lakehouse.store.refuse_breaking(contract)
        for feed in contract.feeds:
            yield allowed(lakehouse, step(lakehouse, contract, feed, selection), selection)


def allowed(lakehouse: Lakehouse, at: Step, selection: Selection) -> Step:
    """The step, or that it waits for approval where it must not be taken without."""
    if at.cause is None or selection.approval is not None:
        return at
    causes = waits_for(lakehouse, at.contract, at.feed, consumed_now(lakehouse, at.feed))
    return replace(at, cause=None, reason=f"{WAITS}, because of {', '.join(causes)}: emberlake recalculation plan", since=None) if causes else at


def step(lakehouse: Lakehouse, contract: Contract, feed: Feed, selection: Selection) -> Step:
    """Whether a table is to be built, why, and from where on."""
    store = lakehouse.store
    if contract.layer == "bronze":
        count = len(sources.new_files(lakehouse, contract))
        return Step(contract, feed, f"{count} new file{'s' if count > 1 else ''}") if count else Step(contract, feed, None, "no new files")
    if missing := [t for t in feed.inputs[:1] if not store.exists(t)]:
        return Step(contract, feed, None, f"{missing[0]} has no rows yet")
    if selection.period and not contract.has("period"):
        return Step(contract, feed, None, "has no period")
    last = lakehouse.books.last_commit(contract.name, feed.name)
    if whole := first_cause(lakehouse, contract, feed, last, selection):
        return Step(contract, feed, whole)
    last = lakehouse.books.last_commit(contract.name, feed.name, WHOLE_SCOPES) or last  # a month built since then is followed from there again
    assert last is not None
    consumed, current = json.loads(last["consumed"]), consumed_now(lakehouse, feed)
    changed = [f"{t} {consumed.get(t, [None, None])[1]} → {current[t][1]}" for t in moved(consumed, current)]
    if changed and not selection.period and not selection.again:
        why = why_whole(lakehouse, contract, feed, last, consumed, current)
        return Step(contract, feed, f"inputs changed: {', '.join(changed)}{f'; whole, because {why}' if why else ''}", since=None if why else consumed)
    if changed or selection.again or selection.period:
        return Step(contract, feed, f"inputs changed: {', '.join(changed)}" if changed else "asked for")
    return Step(contract, feed, None, "nothing changed")


def first_cause(lakehouse: Lakehouse, contract: Contract, feed: Feed, last: Mapping[str, Any] | None, selection: Selection) -> str | None:
    """Why nothing that was built before can be built upon, or None."""
    if not lakehouse.store.exists(contract.name):
        return "first build"
    newest = next(((v, m) for v, m in lakehouse.store.history(contract.name) if m.get("feed") == feed.name), None)
    if last is None or (newest and newest[1]["build_id"] != last["build_id"] and newest[0] > last["table_version"]):
        return "the last build was not finished" if newest else "first build"
    if last["fingerprint"] != fingerprint(contract, feed):
        return "the contract or the function changed"
    if last["scope"] not in WHOLE_SCOPES and not selection.period:
        whole = lakehouse.books.last_commit(contract.name, feed.name, WHOLE_SCOPES)
        if whole is None or whole["fingerprint"] != last["fingerprint"]:
            return f"last built for {last['scope']} only"
    return None


def consumed_now(lakehouse: Lakehouse, feed: Feed) -> dict[str, list[Any]]:
    """Input → [table id, version] as they stand; [None, None] where the table is not made yet."""
    return {table: lakehouse.store.standing(table) for table in feed.inputs}


def run(lakehouse: Lakehouse, selection: Selection, progress: Progress = lambda _: None, patience_s: float = 0) -> Run:
    """Build, judge, release. Raises whatever stopped it; the books and lineage say so. Waits so long for tables that another run holds."""
    done = Run(selection.run_id or str(uuid4()))
    facts = RunFacts(done.run_id, JOB)
    closes = selection.publish  # a stage is part of a run that another task closes and tells of, once
    locks = [*build_order(lakehouse.contracts, selection.tables or None), *([LANDING] if selection.approval else [])]
    with room_on_disk(lakehouse), held(lakehouse, locks, BUSY, patience_s):
        lakehouse.books.catch_up()
        started = lakehouse.books.now()
        if closes:
            with suppress(Busy), held(lakehouse, [RELEASING], STILL_RELEASING):  # who is at it will end with `published` in order
                release.repair(lakehouse)
                lakehouse.books.tidy()
            lakehouse.lineage.run_start(facts, started)
        try:
            if selection.build:
                build_all(lakehouse, selection, done, progress)
            if closes:
                with held(lakehouse, [RELEASING], STILL_RELEASING, PATIENCE_S):
                    judge_and_release(lakehouse, done, progress)
        except BaseException as error:
            with suppress(Exception):  # what stopped the run is told, not that a full disk takes no entry of it either
                note(lakehouse, done, selection, started, "failed", str(error))
            if closes:
                with suppress(LineageError):
                    lakehouse.lineage.run_fail(facts, lakehouse.books.now(), error)
            raise
        if closes:
            lakehouse.lineage.run_complete(RunFacts(done.run_id, JOB, done.release_id), lakehouse.books.now())
            note(lakehouse, done, selection, started, "complete", None)
    return done


def build_all(lakehouse: Lakehouse, selection: Selection, done: Run, progress: Progress) -> None:
    if selection.approval:
        selection.approval.refuse_moved(lakehouse)
    for at in plan(lakehouse, selection):
        if at.cause is None:
            done.skipped[at.feed.job] = at.reason
            continue
        if selection.publish and not done.accounts:
            gate.make_ready()
        progress(f"{at.feed.job}: {at.cause}")
        for table in at.feed.inputs:
            lakehouse.store.ensure(lakehouse.contract(table))
        done.accounts[at.feed.job] = build(lakehouse, replace(order_of(lakehouse, at, done.run_id, selection.period), approval=selection.approval))
    if selection.approval:
        selection.approval.refuse_missing()


def order_of(lakehouse: Lakehouse, at: Step, run_id: str, period: str | None) -> Order:
    """The order of a step, its inputs as they stand."""
    contract, feed = at.contract, at.feed
    files = tuple(sources.new_files(lakehouse, contract)) if contract.layer == "bronze" else ()
    consumed: dict[str, Any] = {f["file_hash"]: f["record_count"] for f in files} if files else consumed_now(lakehouse, feed)
    month = period if contract.has("period") else None
    return Order(run_id, build_run_id(run_id, feed.job), contract, feed, str(at.cause), fingerprint(contract, feed), consumed, month, at.since, files)


def judge_and_release(lakehouse: Lakehouse, done: Run, progress: Progress) -> None:
    """Suites of what no verdict covers yet, then the release of just these versions."""
    lakehouse.books.catch_up()  # with the releases of other runs
    judged, versions = judged_versions(lakehouse), release.to_release(lakehouse)
    standing = {table: version for table, version in versions.items() if lakehouse.contract(table).layer in JUDGED_LAYERS}
    open_versions = {table: version for table, version in standing.items() if (table, version) not in judged}
    if open_versions:
        done.verdicts = gate.validate(lakehouse, done.run_id, open_versions, standing, progress)
    progress("release")
    done.release_id = release.release(lakehouse, done.run_id, versions)


def judged_versions(lakehouse: Lakehouse) -> set[tuple[str, int]]:
    """(table, version) whose last verdict let it pass; what was refused is judged again, for its cause may be gone."""
    verdicts = sorted(lakehouse.books.read("verdict"), key=lambda v: v["validated_at"])
    last = {(v["table_name"], v["table_version"]): v["run_id"] for v in verdicts}
    bad = [v for v in verdicts if v["severity"] == "reject" and not v["is_success"]]
    return set(last) - {(v["table_name"], v["table_version"]) for v in bad if last[v["table_name"], v["table_version"]] == v["run_id"]}


def note(lakehouse: Lakehouse, done: Run, selection: Selection, started: Any, status: str, message: str | None) -> None:
    lakehouse.books.write("run", [{
        "run_id": done.run_id, "selection": str(selection), "started_at": started, "finished_at": lakehouse.books.now(), "status": status,
        "release_id": done.release_id, "message": message,
    }])  # fmt: skip
