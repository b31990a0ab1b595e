"""What lineage is told of a build, from its order and what is known so far."""

from typing import TYPE_CHECKING

from emberlake.contracts.model import Contract
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.lineage.facts import AssertionFacts, BuildFacts, ColumnFacts

if TYPE_CHECKING:
    from emberlake.runtime.build import Build

JOB = "emberlake.run"


def build_facts(lakehouse: Lakehouse, at: "Build") -> BuildFacts:
    """What is known of a build so far, as lineage tells it."""
    order = at.order
    contract, feed = order.contract, order.feed
    done = at.written is not None
    version = at.written.version if at.written else None
    return BuildFacts(
        run_id=order.build_id, parent_run_id=order.run_id, parent_job=JOB, job=feed.job, table=contract.name,
        namespace=lakehouse.settings.lakehouse.as_uri(),
        inputs=() if contract.layer == "bronze" else tuple((table, order.consumed[table][1]) for table in feed.inputs),
        output_version=version, columns=tuple(column_facts(contract, feed.lineage)),
        row_count=lakehouse.store.row_count(contract.name, version) if done else None,
        byte_count=lakehouse.store.byte_count(contract.name, version) if done else None,
        counts={name.removesuffix("_count"): count for name, count in at.account.counts().items()} if done else {},
        assertions=tuple(assertions(at)) if done else (), documentation=contract.grain, owner=contract.owner,
        code_fingerprint=order.fingerprint,
    )  # fmt: skip


def column_facts(contract: Contract, lineage: object) -> list[ColumnFacts]:
    feed_lineage = lineage if isinstance(lineage, dict) else {}
    return [ColumnFacts(c.name, c.type, c.description, tuple(feed_lineage.get(c.name, c.sources))) for c in contract.columns]


def assertions(at: "Build") -> list[AssertionFacts]:
    rules = at.gate.rules if at.gate else ()
    counts = at.account.rule_counts
    return [AssertionFacts(r.id, r.name, r.severity, r.column, counts.get(r.id, 0) == 0, counts.get(r.id, 0), r.message) for r in rules]
