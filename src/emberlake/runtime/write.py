"""Writing: only what differs from the rows that stand, in the way the contract's write mode says, counted as it happens."""

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyspark.sql import Column, DataFrame, Observation
from pyspark.sql import functions as F

from emberlake.contracts.model import Contract
from emberlake.runtime import change_feed, changes, ledger
from emberlake.runtime.account import Account
from emberlake.runtime.conform import written_columns
from emberlake.runtime.duplicates import losers
from emberlake.runtime.epochs import epochs_of
from emberlake.runtime.files_within import files_within
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.outcome import Gate
from emberlake.runtime.since import Touched
from emberlake.runtime.store import FILE

if TYPE_CHECKING:
    from emberlake.runtime.build import Order


@dataclass(frozen=True)
class Written:
    """Version of the table after the build, and whether it is a new one."""

    version: int
    is_new: bool


@dataclass(frozen=True)
class Standing:
    """The rows that stood when a build read them, as far as it is about them; None where nothing is to be compared.

    `transaction` is what the build's commit must be numbered: whoever commits for the same job meanwhile takes that number, and the build fails.
    `row_count` is how many they are, `held_count` how many their files hold.
    """

    rows: DataFrame | None
    transaction: int
    row_count: int = 0
    held_count: int = 0


def write_rows(lakehouse: Lakehouse, order: "Order", judged: DataFrame, gate: Gate, account: Account, standing: Standing) -> Written:
    """Write the rows that passed, fill the account, and return the version."""
    contract = order.contract
    metadata = commit_metadata(order, standing.transaction)
    # Rows of a key compete before those of other periods step aside: the one that stands may lie elsewhere.
    lost = losers(judged, contract, gate, in_period(order.period))
    counted, observation = observed(judged.where(in_period(order.period)) if order.period else judged, gate)
    passed = counted.where(gate.passed)
    if lost is not None:
        account.merged_count = lost.weight
        passed = passed.join(F.broadcast(lost.rows), on="_source_row_id", how="left_anti")
    passed, sums = controlled(passed, contract)
    new = passed.select(*[c.name for c in written_columns(contract)])
    if held := [f["file_hash"] for f in order.files if f["is_held"]]:  # they stand in the table already: counted, not written twice
        account.unchanged_count = new.where(F.col("_source_file").isin(held)).count()
        new = new.where(~F.col("_source_file").isin(held))
    if standing.rows is not None:
        return write_differences(lakehouse, order, new, standing.rows, metadata, account, observation, gate, sums)
    if contract.write.mode == "ledger":
        new = ledger.first_postings(new, contract, standing.transaction)
    version = append(lakehouse, order, new, metadata)
    account.written_count = take_counts(account, observation.get, gate, sums) - account.merged_count - account.unchanged_count
    return Written(version, bool(order.since is None or account.written_count))


def write_differences(
    lakehouse: Lakehouse, order: "Order", new: DataFrame, stands: DataFrame, metadata: dict[str, Any], account: Account, observation: Observation, gate: Gate,
    sums: Observation | None,
) -> Written:  # fmt: skip
    """Compare with the rows that stand and write inserts, updates and deletes; no commit where nothing differs."""
    contract, store = order.contract, lakehouse.store
    compared = changes.compare(new, stands, contract.key, contract.content).where("_change <> 'unchanged'")
    if order.period:  # a row that came from another month is moved here; rows that stand in another month are left to its own build
        compared = compared.where((F.col("_change") != "delete") | in_period(order.period, f"{changes.OLD}.period"))
    compared = compared.persist()
    try:
        found = compared.groupBy("_change", f"{changes.OLD}.{FILE}").agg(F.sum(weight_of(gate)).alias("n"), F.count(F.lit(1)).alias("rows")).collect()
        kinds: Counter[str] = Counter()
        for row in found:
            kinds[row["_change"]] += int(row["n"])
        passed = take_counts(account, observation.get, gate, sums)
        account.written_count = kinds["insert"] + kinds["update"]
        account.deleted_count = kinds["delete"]
        account.unchanged_count = passed - account.merged_count - account.written_count
        if not kinds:
            return Written(store.version(contract.name), False)
        if contract.write.mode == "ledger":
            postings = ledger.postings(compared, contract, metadata["transaction"])
            return Written(append(lakehouse, order, postings, metadata), True)
        touched = {row[FILE] for row in found} - {None}
        metadata = change_feed.keep(store, contract, compared, sum(row["rows"] for row in found), touched, metadata)
        return Written(rewrite(lakehouse, contract, compared, touched, metadata), True)
    finally:
        compared.unpersist()


def append(lakehouse: Lakehouse, order: "Order", rows: DataFrame, metadata: dict[str, Any]) -> int:
    """Bring rows in; the version. Raises NotAsPlanned where they are postings, and other ones than were approved."""
    if order.approval and order.contract.write.mode == "ledger":
        order.approval.refuse_other(order.feed.job, rows)
    return lakehouse.store.append(rows, order.contract.name, metadata, even_none=order.since is None)


def rewrite(lakehouse: Lakehouse, contract: Contract, compared: DataFrame, touched: Set[str], metadata: dict[str, Any]) -> int:
    """Write anew the files (`touched`) that hold a row that changes or goes, with the rows beside it, and the rows that come; the version.

    The other files keep their bytes (ADR 5).
    """
    store, columns = lakehouse.store, [c.name for c in contract.columns]
    taken = compared.where(F.col("_change").isin("update", "delete"))
    fresh = compared.where(F.col("_change").isin("insert", "update")).select(*[F.col(f"{changes.NEW}.{c}").alias(c) for c in columns])
    if touched:
        beside = store.read_files(lakehouse.spark, contract.name, store.handle(contract.name), touched)
        fresh = beside.join(taken.select(*contract.key), on=list(contract.key), how="left_anti").select(*columns).unionByName(fresh)
    return store.replace_files(fresh, contract.name, touched, metadata)


def standing(lakehouse: Lakehouse, order: "Order", about: Touched | None) -> Standing:
    """Net rows of this feed, or of the groups that the build is about, that stand now, and the number of the commit that may follow them."""
    contract, store, partition = order.contract, lakehouse.store, {"source_system": order.feed.name} if order.feed.name else {}
    transaction, row_count = store.next_transaction(contract.name, order.feed.job), store.row_count(contract.name, partition=partition)
    if contract.write.mode == "append" or not row_count:
        return Standing(None, transaction)
    handle = store.handle(contract.name)
    found = None if about is None else files_within(lakehouse, contract.name, int(handle.version()), about.groups, about.own)
    if found is not None and not found.rows:
        return Standing(None, transaction)
    frame = store.read_files(lakehouse.spark, contract.name, handle, found.names if found else None)
    if order.feed.name:
        frame = frame.where(F.col("source_system") == order.feed.name)
    if about is not None and not (found and found.is_all):
        frame = about.of_table(frame)
    frame = ledger.net(frame) if contract.write.mode == "ledger" else frame
    return Standing(frame, transaction, *((row_count, row_count) if found is None else (found.row_count, found.held_count)))


def in_period(period: str | None, column: str = "period") -> Column:
    """True for rows of the period; for all where none is named."""
    return F.col(column).eqNullSafe(F.lit(period)) if period else F.lit(True)


def observed(judged: DataFrame, gate: Gate) -> tuple[DataFrame, Observation]:
    """The frame with its counts taken in passing."""
    observation = Observation()
    return judged.observe(observation, *gate.counts()), observation


def controlled(passed: DataFrame, contract: Contract) -> tuple[DataFrame, Observation | None]:
    """The rows that come into force, with their control totals taken in passing."""
    sums = [F.sum(c.name).cast("string").alias(str(c.control)) for c in contract.columns if c.control]
    if not sums:
        return passed, None
    observation = Observation()
    return passed.observe(observation, *sums), observation


def weight_of(gate: Gate) -> Column:
    """How many driving rows a compared row stands for."""
    if gate.accounts.by == "row":
        return F.lit(1)
    column = F.coalesce(F.col(f"{changes.NEW}.{gate.accounts.column}"), F.col(f"{changes.OLD}.{gate.accounts.column}"))
    return column if gate.accounts.by == "count" else column.cast("int")


def take_counts(account: Account, found: dict[str, Any], gate: Gate, sums: Observation | None) -> int:
    """Enter what was observed into the account; the number of driving rows that passed."""
    account.excluded_count += int(found["excluded"])
    account.quarantined_count += int(found["quarantined"])
    for rule, count in gate.rule_counts(found).items():
        account.rule_counts[rule] = account.rule_counts.get(rule, 0) + count
    account.broken_rules = gate.broken(found)
    if sums is not None:
        account.controls = {name: value for name, value in sums.get.items() if value is not None}
    return int(found["passed"])


def scope_name(order: "Order") -> str:
    """`since`, `all`, or the month that was built alone."""
    return order.period or ("all" if order.since is None else "since")


def commit_metadata(order: "Order", transaction: int) -> dict[str, Any]:
    """What travels inside the commit."""
    return {
        "run_id": order.run_id, "build_id": order.build_id, "job": order.feed.job, "feed": order.feed.name, "transaction": transaction,
        "consumed": order.consumed, "fingerprint": order.fingerprint, "contract_version": order.contract.version, "scope": scope_name(order),
        **({"epochs": epochs_of(order.contract)} if order.contract.delivery == "log" else {}),
        **(order.approval.words() if order.approval else {}),
    }  # fmt: skip
