"""Which files of a table hold rows of touched groups, found by the columns of the group alone.

Arrow looks for plain columns first, for it needs no plan and no compiled code; what are expressions Spark looks for in the files that are left.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from emberlake.contracts.model import Contract
from emberlake.runtime.at_hand import FEW, KEPT
from emberlake.runtime.files_met import Rows, files_met
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.store import FILE


@dataclass(frozen=True)
class FilesWithin:
    """Files by name with how many rows of theirs are of the groups, or where they were compared in part only may be, and how many they hold.

    `weight` is that of the rows of the groups in sum, of a ledger that of the net rows; None where they were compared in part.
    """

    rows: Mapping[str, int]
    held: Mapping[str, int]
    weight: int | None

    @property
    def names(self) -> set[str]:
        return set(self.rows)

    @property
    def row_count(self) -> int:
        return sum(self.rows.values())

    @property
    def held_count(self) -> int:
        return sum(self.held.values())

    @property
    def is_all(self) -> bool:
        """Whether the files hold no rows of other groups."""
        return self.weight is not None and self.rows == self.held


def files_within(lakehouse: Lakehouse, table: str, version: int, groups: DataFrame, values: Mapping[str, str]) -> FilesWithin | None:
    """Files of a version that hold rows of the groups; None where all are to be read.

    That is so for a source's log, in which an event may be overtaken by one of another group, and for a small table that only Spark can be asked about.
    """
    store, contract = lakehouse.store, lakehouse.contract(table)
    if contract.delivery == "log":
        return None
    plain = plain_columns(contract, groups, values)
    if len(plain) < len(values) and store.row_count(table, version) < FEW:
        return None
    weight = "weight" if contract.write.mode == "ledger" else None
    met = files_met(store.dataset(table, version), pa.table(groups.toArrow()), plain, weight) if plain else None
    is_part = len(plain) < len(values)
    if met is None or (is_part and 0 < sum(rows.number for rows in met.values()) <= KEPT):  # more are read in any case
        files = store.read_files(lakehouse.spark, table, store.handle(table, version), None if met is None else set(met))
        met, is_part = counted(within(files, groups, values), F.col(weight) if weight else F.lit(1)), False
    held = store.row_counts(table, version)
    weighs = None if is_part and met else sum(rows.weight for rows in met.values())
    return FilesWithin({name: rows.number for name, rows in met.items()}, {name: held[name] for name in met}, weighs)


def counted(rows: DataFrame, weight: Column) -> dict[str, Rows]:
    """Rows and their weight by the name of their file."""
    totals = F.count(F.lit(1)).alias("count"), F.sum(weight).alias("weight")
    return {row[FILE]: Rows(int(row["count"]), int(row["weight"])) for row in rows.groupBy(FILE).agg(*totals).collect()}


def plain_columns(contract: Contract, groups: DataFrame, values: Mapping[str, str]) -> dict[str, str]:
    """Those of the values that are columns of the table, of the type of their group: cast back, '2025-01-05' is not the '5.1.2025' that it came from."""
    plain = {name: expression.strip("`") for name, expression in values.items()}
    types = {name: groups.schema[f"_group_{name}"].dataType.simpleString() for name in plain}
    return {name: column for name, column in plain.items() if contract.has(column) and contract.column(column).type == types[name]}


def within(frame: DataFrame, groups: DataFrame, values: Mapping[str, str]) -> DataFrame:
    """Rows whose values (name of the group column → SQL over the row) are those of a group; empty values meet empty ones.

    One hash of all values is looked up, and only where it is met are the values compared: looking up many values costs three times as much.
    """
    own = {name: F.expr(expression).try_cast(groups.schema[f"_group_{name}"].dataType) for name, expression in values.items()}
    asked = frame.withColumns({f"_own_{name}": value for name, value in own.items()}).withColumn("_own_hash", F.xxhash64(*own.values()))
    known = groups.withColumn("_group_hash", F.xxhash64(*[f"_group_{name}" for name in values]))
    agreeing = reduce(lambda a, b: a + b, [F.col(f"_own_{name}").eqNullSafe(F.col(f"_group_{name}")).cast("int") for name in values])
    same = (F.col("_own_hash") == F.col("_group_hash")) & (agreeing == len(values))
    return asked.join(known, on=same, how="left_semi").select(*frame.columns)
