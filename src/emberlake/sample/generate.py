"""Write the sample company: every file by itself, side by side, the same bytes whoever writes which."""

import multiprocessing
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path

from emberlake.sample import decisions, kontor_masters, sap_masters, transfers
from emberlake.sample.decisions import ORGANISATION
from emberlake.sample.manifest import Defect, Manifest, SourceTotals
from emberlake.sample.month_file import DIALECTS, write_month
from emberlake.sample.months import MONTHS, YEAR
from emberlake.sample.written import Found, Sums, Written

LARGEST = 10_000  # document numbers of one month have seven digits
WORTH_PROCESSES = 20  # below this scale starting processes takes longer than writing
Task = Callable[[Path, int, int], Written]
TASKS: tuple[Task, ...] = (
    kontor_masters.write_suppliers,
    kontor_masters.write_materials,
    kontor_masters.write_plants,
    sap_masters.write_suppliers,
    sap_masters.write_materials,
    sap_masters.write_plants,
    sap_masters.write_orders,
    sap_masters.write_order_lines,
    decisions.write_mapping,
    decisions.write_policy,
    transfers.write_sent,
    transfers.write_received,
)


@dataclass(frozen=True)
class Month:
    """The task of writing one month of receipts."""

    source: str
    month: int

    def __call__(self, landing: Path, seed: int, scale: int) -> Written:
        """Write the file."""
        return write_month(landing, seed, scale, self.source, self.month)


def make(landing: Path, *, scale: int = 1, seed: int = 2025, workers: int | None = None) -> Manifest:
    """Write all extracts below `landing` and their manifest to `_manifest/sample.json`.

    Scale 1 has 10,000 receipt records over both ERPs. With more than one worker (the default from scale 20) files are
    written by processes of their own, which a script must allow by `if __name__ == "__main__"`. Raises ValueError for
    a scale or seed out of range.
    """
    if not 1 <= scale <= LARGEST or seed < 0:
        raise ValueError(f"Scale {scale}, seed {seed}: scale must be from 1 to {LARGEST}, seed from 0; choose others.")
    tasks: list[Task] = [*(Month(source, month) for source in DIALECTS for month in MONTHS), *TASKS]
    written = _run(tasks, landing, seed, scale, workers or ((os.cpu_count() or 1) if scale >= WORTH_PROCESSES else 1))
    manifest = Manifest(
        ORGANISATION,
        YEAR,
        seed,
        scale,
        tuple(one.entry for one in written),
        tuple(_defects(written)),
        tuple(_totals(source, written) for source in DIALECTS),
    )
    manifest.save(landing)
    return manifest


def _run(tasks: list[Task], landing: Path, seed: int, scale: int, workers: int) -> list[Written]:
    job = partial(_one, landing=landing, seed=seed, scale=scale)
    if workers == 1:
        return sorted(map(job, tasks), key=lambda one: one.entry.file)
    # spawn, not fork: the caller may have threads (Spark's gateway), and a fork would copy them half-dead
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        return sorted(pool.map(job, tasks), key=lambda one: one.entry.file)


def _one(task: Task, landing: Path, seed: int, scale: int) -> Written:
    return task(landing, seed, scale)


def _defects(written: Iterable[Written]) -> list[Defect]:
    found = [(one.entry.file, row) for one in written for row in one.found]
    tied = sorted(((file, row) for file, row in found if row.pair), key=lambda both: _pair(*both))
    pairs = {pair: list(rows) for pair, rows in groupby(tied, key=lambda both: _pair(*both))}
    return [
        Defect(
            file, row.record, row.line, row.kind.name, row.kind.severity, row.kind.rule, row.kind.expected, row.column,
            row.key, _others(file, row, pairs.get(_pair(file, row), [])),
        )
        for file, row in found
        if row.kind is not None
    ]  # fmt: skip


def _others(file: str, row: Found, pair: list[tuple[str, Found]]) -> tuple[tuple[str, int], ...]:
    return tuple((other, one.record) for other, one in pair if (other, one.record) != (file, row.record))


def _pair(file: str, row: Found) -> str:
    return f"{file.split('/')[0]}/{row.pair}"


def _totals(source: str, written: list[Written]) -> SourceTotals:
    months = [one for one in written if one.entry.source == source and one.sums is not None]
    sums = Sums()
    for one in months:
        if one.sums is not None:
            sums.merge(one.sums)
    return SourceTotals(
        source,
        sum(one.entry.rows for one in months),
        sums.receipts,
        {unit: _decimal(amount, 3) for unit, amount in sorted(sums.quantity.items())},
        {currency: _decimal(amount, 2) for currency, amount in sorted(sums.value.items())},
        dict(sorted(sums.by_group.items())),
    )


def _decimal(amount: int, places: int) -> str:
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 10**places}.{abs(amount) % 10**places:0{places}d}"
