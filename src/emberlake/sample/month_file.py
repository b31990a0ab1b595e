"""One month of receipts of one ERP: ordinary lines in bulk, bad rows placed among them, the file written."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from emberlake.sample.exceptions import records
from emberlake.sample.kinds import planned
from emberlake.sample.kontor_receipts import DIALECT as KONTOR
from emberlake.sample.masters import masters
from emberlake.sample.months import MONTHS, lines_of_month, period
from emberlake.sample.record import Dialect, Drawn, Record
from emberlake.sample.render import Ints, file_bytes, joined
from emberlake.sample.sap_receipts import DIALECT as SAP
from emberlake.sample.seeds import generator
from emberlake.sample.written import Found, Sums, Written, write

DIALECTS = {"kontor": KONTOR, "sap": SAP}
LINES_PER_SCALE = 5_000


def write_month(landing: Path, seed: int, scale: int, source: str, month: int) -> Written:
    """Write the receipts of a month; ordinary and bad rows together are the month's share of the year."""
    dialect, people = DIALECTS[source], masters(source, seed, scale)
    placed = bad_rows(dialect, seed, scale, month)
    lines = lines_of_month(LINES_PER_SCALE * scale, month) - len(placed)
    ordinary = dialect.draw(generator(seed, source, "receipts", month), people, seed, scale, month, lines)
    order = np.argsort(np.concatenate([ordinary.day, np.array([one.day for one in placed], np.int64)]), kind="stable")
    texts = joined([ordinary.fields[column] for column in dialect.columns], dialect.delimiter)
    rows = pa.concat_arrays([texts, pa.array([one.text for one in placed], pa.string())]).take(pa.array(order))
    content = file_bytes(dialect.delimiter.join(dialect.columns), rows, dialect.terminator, dialect.encoding)
    entry = write(landing, f"{source}/{dialect.file.format(period=period(month))}", content, len(rows))
    return Written(entry, _found(ordinary, placed, order), _sums(ordinary, placed))


def bad_rows(dialect: Dialect, seed: int, scale: int, month: int) -> list[Record]:
    """The records that belong into the file of a month and are not drawn in bulk."""
    people = masters(dialect.source, seed, scale)
    return [
        record
        for occurrence in planned(dialect.source, seed, scale)
        if occurrence.month in (month, month - 1)
        for where, record in records(dialect, people, seed, scale, occurrence)
        if where == month and where in MONTHS
    ]


def _found(ordinary: Drawn, placed: list[Record], order: Ints) -> tuple[Found, ...]:
    breaks = np.concatenate([ordinary.breaks, np.array([one.breaks for one in placed], np.int64)])[order]
    line = np.arange(order.size) + 2 + np.cumsum(breaks) - breaks
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    first = ordinary.day.size
    found = [Found(int(place[first + k]) + 1, int(line[place[first + k]]), one.kind, one.column, one.key, one.pair) for k, one in enumerate(placed)]
    return tuple(sorted(found, key=lambda one: one.record))


def _sums(ordinary: Drawn, placed: list[Record]) -> Sums:
    sums = Sums(receipts=int(ordinary.day.size))
    for place, unit in enumerate(ordinary.units):
        sums.quantity[unit] += int(ordinary.quantity[ordinary.unit == place].sum())
    for place, currency in enumerate(ordinary.currencies):
        sums.value[currency] += int(ordinary.value[ordinary.currency == place].sum())
    for place, group in enumerate(ordinary.groups):
        sums.by_group[group] += int((ordinary.group == place).sum())
    for one in placed:
        if one.amounts is not None:
            sums.add(one.amounts)
    return sums
