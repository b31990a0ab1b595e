"""Files of a dataset that hold rows with the values of some group, and how many: asked by Arrow, without a cluster.

One hash table of all groups is met by the rows that lie between their least and greatest values, in one pass over the files that may hold such
rows. A list of values that each file is asked for is made into a hash table for each file again.
"""

from collections.abc import Mapping
from functools import reduce
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from pyarrow import acero

IN_FILE = "__filename"  # Arrow's name for it
WEIGHT = "_weight"


class Rows(NamedTuple):
    """How many rows, and what they weigh."""

    number: int
    weight: int


def files_met(rows: ds.Dataset, groups: pa.Table, columns: Mapping[str, str], weight: str | None = None) -> dict[str, Rows]:
    """Names of files and their rows whose values in `columns` (name of the group column, without `_group_` → column) are those of a group.

    A row weighs what it says in the column `weight`, or 1 where none is named. An empty value meets an empty one. Raises
    ArrowInvalid where a value of a group is none of the column's type.
    """
    asked = pa.table({name: groups.column(f"_group_{name}").cast(rows.schema.field(column).type) for name, column in columns.items()})
    read = [*dict.fromkeys([*columns.values(), *([weight] if weight else []), IN_FILE])]
    weighs = pc.scalar(1) if weight is None else pc.field(weight)
    near = reduce(lambda a, b: a & b, [lies_among(pc.field(column), asked.column(name)) for name, column in columns.items()])
    own = looked_up({name: pc.field(column) for name, column in columns.items()}, asked)
    known = looked_up({name: pc.field(name) for name in columns}, asked)
    own_rows = [
        acero.Declaration("scan", acero.ScanNodeOptions(rows, columns=read, filter=near)),
        acero.Declaration("filter", acero.FilterNodeOptions(near)),
        acero.Declaration("project", acero.ProjectNodeOptions([*own.values(), pc.field(IN_FILE), weighs], [*own, IN_FILE, WEIGHT])),
    ]
    known_groups = [
        acero.Declaration("table_source", acero.TableSourceNodeOptions(asked)),
        acero.Declaration("project", acero.ProjectNodeOptions(list(known.values()), list(known))),
    ]
    sides = [acero.Declaration.from_sequence(own_rows), acero.Declaration.from_sequence(known_groups)]
    met = acero.Declaration("hashjoin", acero.HashJoinNodeOptions("left semi", list(own), list(known), left_output=[IN_FILE, WEIGHT]), inputs=sides)
    totals = [(IN_FILE, "hash_count", pc.CountOptions(mode="all"), "number"), (WEIGHT, "hash_sum", None, "weight")]
    found: dict[str, Rows] = {}
    for row in acero.Declaration("aggregate", acero.AggregateNodeOptions(totals, keys=[IN_FILE]), inputs=[met]).to_table().to_pylist():
        name = Path(row[IN_FILE]).name  # other writers give files of several partitions the same name
        before = found.get(name, Rows(0, 0))
        found[name] = Rows(before.number + row["number"], before.weight + row["weight"])
    return found


def lies_among(column: pc.Expression, values: pa.ChunkedArray) -> pc.Expression:
    """Whether a row's value lies between the least and the greatest of these, or is empty as one of these is."""
    least, greatest = pc.min_max(values).values()
    inside = (column >= least) & (column <= greatest) if least.is_valid else pc.scalar(False)
    return inside | column.is_null() if values.null_count else inside


def looked_up(values: Mapping[str, pc.Expression], asked: pa.Table) -> dict[str, pc.Expression]:
    """What a join compares of each value: whether there is one, and the value, with something in its place where it is empty."""
    filling = {name: pc.min(asked.column(name)) for name in values}
    filled = {name: pc.coalesce(value, filling[name]) for name, value in values.items() if filling[name].is_valid}
    return {**filled, **{f"{name}?": value.is_valid() for name, value in values.items()}}
