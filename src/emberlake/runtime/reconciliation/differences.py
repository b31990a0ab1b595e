"""Keys whose rows differ between two versions of a table: what stood, and what stands after."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from emberlake.contracts.model import Contract
from emberlake.runtime import changes
from emberlake.runtime.at_hand import at_hand
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.ledger import net
from emberlake.runtime.net_changes import exchanged
from emberlake.runtime.store import FILE

ROW_IN_QUESTION = "_row"


def difference(lakehouse: Lakehouse, table: str, before: int | None, after: int | None) -> DataFrame | None:
    """One row per key that differs, as `changes.compare` tells it, net in a ledger; None where no row differs.

    A table that was not there had no rows.
    """
    if after is None or before == after:
        return None
    contract = lakehouse.contract(table)
    old, new = images(lakehouse, contract, before, after)
    return at_hand(changes.compare(new, old, contract.key, contract.content).where("_change <> 'unchanged'"))


def images(lakehouse: Lakehouse, contract: Contract, before: int | None, after: int) -> tuple[DataFrame, DataFrame]:
    """Rows before and after, only those of files that went or came: all other rows are the same."""
    if before is None:
        new = shaped(in_files(lakehouse, contract, after), contract)
        return new.limit(0), new
    gone, came = exchanged(lakehouse, contract.name, before, after)
    old, new = in_files(lakehouse, contract, before, gone), in_files(lakehouse, contract, after, came)
    if contract.write.mode == "ledger":  # a posting says nothing without those that take it back
        keys = old.select(*contract.key).unionByName(new.select(*contract.key)).distinct()
        old, new = (net(in_files(lakehouse, contract, at)).join(keys, on=list(contract.key), how="left_semi") for at in (before, after))
    return shaped(old, contract), shaped(new, contract)


def in_files(lakehouse: Lakehouse, contract: Contract, version: int, paths: Iterable[str] | None = None) -> DataFrame:
    """Rows of a version, or of some of its files."""
    names = None if paths is None else {Path(path).name for path in paths}
    return lakehouse.store.read_files(lakehouse.spark, contract.name, lakehouse.store.handle(contract.name, version), names).drop(FILE)


def shaped(frame: DataFrame, contract: Contract) -> DataFrame:
    """The columns of the contract; one that the table did not have yet is empty."""
    return frame.select(*[(F.col(c.name) if c.name in frame.columns else F.lit(None).cast(c.type)).alias(c.name) for c in contract.columns])


def both_images(found: DataFrame) -> DataFrame:
    """The differing rows of a table as they stood and as they ought to stand, with the columns beside them, such as the cause."""
    beside = [c for c in found.columns if c.startswith("_") and c not in (changes.NEW, changes.OLD)]
    rows = found.select(*beside, F.explode(F.array(changes.NEW, changes.OLD)).alias(ROW_IN_QUESTION)).where(f"{ROW_IN_QUESTION} is not null")
    return rows.select(*beside, f"{ROW_IN_QUESTION}.*")


def same_content(one: str, other: str, content: Sequence[str]) -> Column:
    """Whether two structs are the same row, or both none."""
    same = F.col(one).isNull() == F.col(other).isNull()
    for name in content:
        same = same & F.col(f"{one}.{name}").eqNullSafe(F.col(f"{other}.{name}"))
    return same


def foreign_versions(lakehouse: Lakehouse, table: str, until: int) -> Iterator[int]:
    """Versions up to one that no build wrote, and that changed rows."""
    commits: list[dict[str, Any]] = lakehouse.store.handle(table).history()
    others = sorted(int(commit["version"]) for commit in commits if "build_id" not in str(commit.get("userMetadata")))
    for version in (v for v in others if 0 < v <= until and lakehouse.store.is_readable(table, v - 1)):
        if any(exchanged(lakehouse, table, version - 1, version)):
            yield version
