"""Which files of a table hold rows of touched groups, found by the columns of the group alone.

Arrow looks for plain columns first, for it needs no plan and no compiled code; what are expressions Spark looks for in the files that are left.
"""

from collections.abc import Mapping
from functools import reduce

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from emberlake.contracts.model import Contract
from emberlake.runtime.duplicates import FEW, KEPT
from emberlake.runtime.files_met import files_met
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.store import FILE


def files_within(lakehouse: Lakehouse, table: str, version: int, groups: DataFrame, values: Mapping[str, str]) -> dict[str, int] | None:
    """Files by name, and how many rows of theirs may be of the groups; None where all are to be read.

    That is so for a source's log, in which an event may be overtaken by one of another group, and for a small table that only Spark can be asked about.
    """
    store, contract = lakehouse.store, lakehouse.contract(table)
    if contract.delivery == "log":
        return None
    plain = plain_columns(contract, groups, values)
    if len(plain) < len(values) and store.row_count(table, version) < FEW:
        return None
    found = files_met(store.dataset(table, version), pa.table(groups.toArrow()), plain) if plain else None
    if len(plain) == len(values) or (found is not None and not 0 < sum(found.values()) <= KEPT):  # so many are read in any case
        return found
    rows = within(store.read_files(lakehouse.spark, table, store.handle(table, version), None if found is None else set(found)), groups, values)
    return {row[FILE]: int(row["count"]) for row in rows.groupBy(FILE).count().collect()}


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
