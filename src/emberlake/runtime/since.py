"""Scope `Since`: only the groups of the driving input that a change of any input reaches are computed.

From the versions that a table last consumed to those that stand: changed rows → the groups that they meet by the contract's
paths → the same function on these groups → what differs is written, and what has no result any more goes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from emberlake.contracts.model import Contract, Feed, Reach, Way
from emberlake.names import ROW
from emberlake.runtime.at_hand import at_hand
from emberlake.runtime.files_within import within
from emberlake.runtime.in_force import input_frame
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.net_changes import changed_rows, unreadable

if TYPE_CHECKING:
    from emberlake.runtime.build import Order


@dataclass(frozen=True)
class Touched:
    """What a build is about: distinct groups (columns named as in the table), and rows of the driving input as they were."""

    reach: Reach
    groups: DataFrame
    earlier_rows: DataFrame | None  # `_source_row_id` of driving rows that changed, where they have one

    @property
    def own(self) -> dict[str, str]:
        """Group column → value of a row of the table itself: its own columns."""
        return {name: f"`{name}`" for name in self.reach.group}

    def of_driving(self, frame: DataFrame) -> DataFrame:
        """Rows of the driving input that belong to a touched group."""
        return within(frame, self.groups, self.reach.group)

    def of_table(self, frame: DataFrame) -> DataFrame:
        """Rows of the table itself that belong to a touched group."""
        return within(frame, self.groups, self.own)


def why_whole(lakehouse: Lakehouse, contract: Contract, feed: Feed, last: Mapping[str, Any], consumed: Mapping[str, Any], now: Mapping[str, Any]) -> str | None:
    """Why a table whose inputs moved must be computed whole, or None where the difference can be followed."""
    if feed.reach is None:
        return "its contract declares no reach"
    if not contract.has(ROW) and lakehouse.books.read("quarantine", table_name=contract.name, feed=feed.name or contract.name):
        return "its rows in quarantine bear no id of a driving row"
    driving = lakehouse.contract(feed.inputs[0])
    if feed.inputs[0] in moved(consumed, now) and driving.delivery == "full":
        return f"{driving.name} is delivered in full, each time with rows of new ids"
    for table in moved(consumed, now):
        if table not in consumed or consumed[table][0] != now[table][0]:
            return f"{table} is another table than the one consumed"
        if table != feed.inputs[0] and table not in feed.reach.paths:
            return f"{table} changed, and its contract declares no path from there"
        if consumed[table][1] > now[table][1]:
            return f"{table} went back to version {now[table][1]}"
        if reason := unreadable(lakehouse, table, consumed[table][1], now[table][1]):
            return reason
    return None


def moved(consumed: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Inputs that stand at another version than the one consumed."""
    return [table for table in now if consumed.get(table) != now[table]]


def touched(lakehouse: Lakehouse, order: "Order") -> Touched | None:
    """The groups that the changes since `order.since` reach; None where nothing differs."""
    feed, since = order.feed, order.since
    assert feed.reach is not None and since is not None
    driving = feed.inputs[0]
    now, _ = input_frame(lakehouse, driving, order.consumed[driving][1])
    found: list[DataFrame] = []
    earlier = None
    for table in moved(since, order.consumed):
        changed = changed_rows(lakehouse, table, since[table][1], order.consumed[table][1])
        if table == driving:
            own = at_hand(changed.select(*group_columns(order.contract, feed.reach), *[c for c in (ROW,) if c in changed.columns]))
            if own is not None:
                found.append(own.drop(ROW))
                earlier = own.select(ROW) if ROW in own.columns else None
        if table in feed.reach.paths and (rows := at_hand(changed)) is not None:
            found += [met.select(*group_columns(order.contract, feed.reach)) for met in reached(lakehouse, order, now, table, rows)]
    groups = at_hand(reduce(DataFrame.unionByName, found).distinct()) if found else None
    return None if groups is None else Touched(feed.reach, groups, earlier)


def group_columns(contract: Contract, reach: Reach) -> list[Column]:
    """The group of a driving row, each column of it as `_group_<name>` and of the type that it has in the table."""
    return [F.expr(expression).try_cast(contract.column(name).type).alias(f"_group_{name}") for name, expression in reach.group.items()]


def reached(lakehouse: Lakehouse, order: "Order", driving: DataFrame, table: str, changed: DataFrame) -> Iterator[DataFrame]:
    """Rows of the driving input that changed rows of an input meet, for each way of its path."""
    assert order.feed.reach is not None
    for way in order.feed.reach.paths.get(table, ()):
        if way.through is None:
            yield met(driving, changed, way)
        else:
            between, _ = input_frame(lakehouse, way.through, order.consumed[way.through][1])
            yield from reached(lakehouse, order, driving, way.through, met(between, changed, way))


def met(rows: DataFrame, changed: DataFrame, way: Way) -> DataFrame:
    """Rows that a changed row of another table meets; what is empty meets nothing, but an end that is empty is open."""
    own: dict[str, Column] = {}
    theirs: dict[str, Column] = {}
    same: list[Column] = []
    for n, (value, expression) in enumerate(way.meets.items()):
        own[f"_own_{n}"], theirs[f"_met_{n}"] = F.expr(expression), F.expr(value)
        same.append(F.col(f"_own_{n}") == F.col(f"_met_{n}"))
    for n, (expression, (start, end)) in enumerate(way.within.items()):
        lies = f"_lies_{n}"
        own[lies], theirs[f"_start_{n}"], theirs[f"_end_{n}"] = F.expr(expression), F.expr(start), F.expr(end)
        same.append(F.col(lies).between(F.coalesce(f"_start_{n}", lies), F.coalesce(f"_end_{n}", lies)))
    values = changed.select(*[value.alias(name) for name, value in theirs.items()]).distinct()
    asked = rows.withColumns(own).where(reduce(lambda a, b: a & b, [outermost(values, n) for n in range(len(way.within))], F.lit(True)))
    return asked.join(values, on=reduce(lambda a, b: a & b, same), how="left_semi").select(*rows.columns)


def outermost(values: DataFrame, n: int) -> Column:
    """Between the first start and the last end of all ranges: constants, by which whole files are passed over."""
    start, end, lies = f"_start_{n}", f"_end_{n}", F.col(f"_lies_{n}")
    first, last, starts, ends, count = values.agg(F.min(start), F.max(end), F.count(start), F.count(end), F.count(F.lit(1))).collect()[0]
    return (lies >= F.lit(first) if starts == count else F.lit(True)) & (lies <= F.lit(last) if ends == count else F.lit(True))


def rows_seen(about: Touched, seen: DataFrame | None) -> DataFrame | None:
    """`_source_row_id` of all driving rows that a build is about, as they were and as they are; None where they have none."""
    frames = [frame.select(ROW) for frame in (seen, about.earlier_rows) if frame is not None and ROW in frame.columns]
    return reduce(DataFrame.unionByName, frames).where(F.col(ROW).isNotNull()).distinct() if frames else None
