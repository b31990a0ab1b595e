"""Inputs as functions see them: of what was delivered the rows in force, of a ledger the net ones.

What a fix replaces, what a newer full delivery supersedes, and what a source's own log overtakes or deletes is held back, and counted.
"""

from collections.abc import Mapping, Set

import pyarrow.compute as pc
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from emberlake.contracts.model import Contract
from emberlake.names import ROW
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.ledger import POSTING, net

LIFE = "_life"
OVERTAKEN, DELETED = "overtaken", "deleted"


def input_frame(lakehouse: Lakehouse, table: str, version: int, history: bool = False, names: Set[str] | None = None) -> tuple[DataFrame, dict[str, Column]]:
    """An input at a version, with the conditions that hold rows back (rule id → condition); for a history only what is corrected is.

    `names` narrows what is read to files of these names, which must hold all rows of those that are asked for.
    """
    contract = lakehouse.contract(table)
    frame = lakehouse.store.read(lakehouse.spark, table, version, names)
    if contract.write.mode == "ledger":
        return net(frame).drop(*POSTING), {}
    if contract.layer != "bronze":
        return frame, {}
    held: dict[str, Column] = {}
    fixes = corrections(lakehouse, table, version)
    superseded = [] if history else superseded_files(lakehouse, contract, version, fixes)
    is_superseded = F.col("_source_file").isin(superseded)
    if superseded:
        held[f"{table}.superseded"] = is_superseded
    is_corrected = F.col("_source_row_id").isin(sorted(fixes)) & ~is_superseded  # what is superseded is counted as that alone
    if fixes:
        held[f"{table}.corrected"] = is_corrected
    if contract.delivery == "log" and not history:
        frame = frame.withColumn(LIFE, F.when(~is_corrected, life(contract, is_corrected)))
        held |= {f"{table}.{how}": F.col(LIFE).eqNullSafe(how) for how in (OVERTAKEN, DELETED)}
    return frame, held


def in_force(lakehouse: Lakehouse, table: str, version: int) -> DataFrame:
    """The rows of an input that nothing holds back."""
    return standing(*input_frame(lakehouse, table, version))


def standing(frame: DataFrame, held: Mapping[str, Column]) -> DataFrame:
    """A frame without what is held back."""
    for condition in held.values():
        frame = frame.where(~condition)
    return frame.drop(LIFE)


def life(contract: Contract, is_corrected: Column) -> Column:
    """What became of an event of a source's log: a later one of its key overtook it, or it deleted the row; empty for the row in force.

    Later by the source's position, whatever the order of arrival; of events at one position the one that arrived last.
    """
    record = F.element_at(F.split(ROW, ":"), -1).try_cast("bigint")
    later_first = Window.partitionBy(*contract.key, is_corrected).orderBy(
        *[F.desc_nulls_last(c) for c in ("_position", "_landed_at", "_source_file")], record.desc()
    )
    return F.when(F.row_number().over(later_first) > 1, OVERTAKEN).when(F.col("_operation") == "delete", DELETED)


def held_files(lakehouse: Lakehouse, table: str, version: int | None = None) -> dict[str, int]:
    """Hash of each file whose rows a version of a bronze table holds → the last version that took it in, anew or again."""
    held: dict[str, int] = {}
    if lakehouse.store.exists(table):
        for at, commit in lakehouse.store.history(table):
            if version is None or at <= version:
                held |= {h: max(at, held.get(h, -1)) for h in commit["consumed"]}
    return held


def corrections(lakehouse: Lakehouse, table: str, version: int) -> dict[str, str]:
    """Row id that is corrected → file of the fix."""
    if not lakehouse.books.read("landing", table_name=table, kind="fix"):
        return {}
    found = lakehouse.store.dataset(table, version).to_table(columns=["_corrects", "_source_file"], filter=pc.field("_corrects").is_valid())
    return dict(zip(found.column("_corrects").to_pylist(), found.column("_source_file").to_pylist(), strict=True))


def superseded_files(lakehouse: Lakehouse, contract: Contract, version: int | None = None, fixes: Mapping[str, str] | None = None) -> list[str]:
    """Files of earlier full deliveries, and fixes of their rows: the newest is the whole entity.

    Newest of those that a version of the table holds, or without a version of all that landed.
    """
    if contract.delivery != "full":
        return []
    files = [r for r in lakehouse.books.read("landing", table_name=contract.name, kind="extract") if r["status"] == "landed"]
    held: dict[str, int] = {}
    if version is not None:
        held = held_files(lakehouse, contract.name, version)
        files = [r for r in files if r["file_hash"] in held]
    newest = max(files, key=lambda r: (held.get(r["file_hash"], 0), r["landed_at"]), default=None)
    gone = {r["file_hash"] for r in files if newest and r["file_hash"] != newest["file_hash"]}
    waiting = dict(fixes or {})
    while later := {row_id: file for row_id, file in waiting.items() if row_id.split(":", 1)[0] in gone}:
        gone |= set(later.values())
        waiting = {row_id: file for row_id, file in waiting.items() if row_id not in later}
    return sorted(gone)
