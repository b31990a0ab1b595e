"""A cell of the inventory explained: what it adds up, and that it does add up, to the last digit."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds

from emberlake.ask.builds import BuildStep, Wanted, build_of, build_step
from emberlake.ask.explanation import plain
from emberlake.ask.words import in_short
from emberlake.errors import EmberlakeError
from emberlake.tables import Tables, has_value
from emberlake.tables.as_of import Release
from emberlake.tables.sql import opened

TABLE, LEDGER = "gold.inventory", "gold.emission"
# An emission belongs to the cell that has its values; one without a method to the cell called unmapped.
CELL = ("organisation_id", "period", "scope", "category_code", "method", "basis", "plant_id")
UNMAPPED = "unmapped"

Row = Mapping[str, Any]


class NoSuchCell(EmberlakeError):
    """The release holds no such cell, or more than one."""


class DoesNotReAdd(EmberlakeError):
    """The emissions behind a cell do not add up to it: it must not be reported."""


@dataclass(frozen=True)
class CellExplanation:
    """One cell of the inventory. `posted_kgco2e` sums the postings of the ledger, `recomputed_kgco2e` multiplies each
    quantity by its factor again and sums that; both equal the cell, or the explanation would not exist."""

    release: Release
    cell: Row
    posted_kgco2e: Decimal | None
    recomputed_kgco2e: Decimal | None
    activity_count: int
    emission_count: int
    top: tuple[Row, ...]
    by_factor: tuple[Row, ...]
    by_reason: tuple[Row, ...]
    builds: tuple[BuildStep, ...]

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it: decimals as texts with all their digits, dates and times in ISO 8601."""
        return dict(plain(asdict(self)))


def explain_cell(tables: Tables, inventory_id: str | None = None, as_of: str | None = None, top: int = 10, **columns: Any) -> CellExplanation:
    """The cell of that id, or the only one with these column values.

    Raises NoSuchCell where it is not exactly one, DoesNotReAdd where its emissions give another sum.
    """
    release = tables.release(as_of)
    version = tables.version(TABLE, release)
    assert version is not None
    cell = the_cell(tables, release, version, {"inventory_id": inventory_id, **columns} if inventory_id else columns)
    wanted = Wanted("", cell["period"])
    commits = tables.books.read("commit")
    build = build_step(tables.contract(TABLE), build_of(commits, TABLE, version, release.released_at, wanted))
    ledger = build.consumed[LEDGER]
    with opened({LEDGER: ds.dataset(postings_of(tables, ledger, cell))}) as connection:
        sums, *_ = ask(connection, SUMS)
        re_adds(cell, sums)
        largest, by_factor, by_reason = (ask(connection, question) for question in (f"{TOP} limit {int(top)}", BY_FACTOR, BY_REASON))
    emission_build = build_step(tables.contract(LEDGER), build_of(commits, LEDGER, ledger, build.started_at, wanted))
    return CellExplanation(
        release, cell, sums["posted"], sums["recomputed"], sums["activities"], sums["emissions"],
        top=tuple(largest), by_factor=tuple(by_factor), by_reason=tuple({**row, "words": in_short(row["reason"])} for row in by_reason),
        builds=(build, emission_build),
    )  # fmt: skip


def the_cell(tables: Tables, release: Release, version: int, equals: Mapping[str, Any]) -> dict[str, Any]:
    known = tables.contract(TABLE)
    unknown = [name for name in equals if not known.has(name)]
    if unknown or not equals:
        said = f"{TABLE} has no column {', '.join(unknown)}" if unknown else "no cell was named"
        raise NoSuchCell(f"{said}; name a cell by its inventory_id or by values of {', '.join(CELL)}")
    found = tables.find(TABLE, version, **equals)
    if len(found) == 1:
        return found[0]
    wanted = ", ".join(f"{name} = {value}" for name, value in equals.items())
    several = "; they are " + ", ".join(sorted(row["inventory_id"] for row in found)[:10]) if found else ""
    raise NoSuchCell(f"{release} has {len(found)} cells with {wanted}, exactly one is needed{several}")


def re_adds(cell: Row, sums: Row) -> None:
    """Raise DoesNotReAdd unless emissions, activities, mass and money of the ledger give the cell."""
    pairs = {
        "kgco2e posted": (sums["posted"], cell["kgco2e"]),
        "kgco2e recomputed": (sums["recomputed"], cell["kgco2e"]),
        "activity_count": (sums["activities"], cell["activity_count"]),
        "covered_activity_count": (sums["covered"], cell["covered_activity_count"]),
        "mass_kg": (sums["mass_kg"], cell["mass_kg"]),
        "spend_eur": (sums["spend_eur"], cell["spend_eur"]),
    }
    wrong = [f"{name} of its emissions is {found}, the cell says {says}" for name, (found, says) in pairs.items() if found != says]
    if wrong:
        raise DoesNotReAdd(f"cell {cell['inventory_id']} does not add up: {'; '.join(wrong)}. Do not report it; run {TABLE} again.")


def postings_of(tables: Tables, version: int, cell: Row) -> pa.Table:
    """All postings of a cell, reversals too."""
    condition = None
    for name in CELL:
        term = has_value(name, None if name == "method" and cell[name] == UNMAPPED else cell[name])
        condition = term if condition is None else condition & term
    return tables.store.dataset(LEDGER, version).to_table(filter=condition)


def ask(connection: duckdb.DuckDBPyConnection, question: str) -> list[dict[str, Any]]:
    """A question about the postings of a cell: `cell` has all of them, `net` those in force."""
    return list(connection.execute(NET + question).fetch_arrow_table().to_pylist())


NET = """
with cell as (
  select * from gold.emission
), net as (
  select * from cell where weight = 1 and posting_id not in (select reverses from cell where weight = -1)
)
"""
SUMS = """
select sum(kgco2e) as posted, sum(round(activity_quantity * factor_kgco2e_per_unit, 12)) as recomputed,
  cast(coalesce(sum(weight) filter (counts_activity), 0) as bigint) as activities,
  cast(coalesce(sum(weight) filter (counts_activity and kgco2e is not null), 0) as bigint) as covered,
  coalesce(sum(mass_kg) filter (counts_activity), 0) as mass_kg, coalesce(sum(spend_eur) filter (counts_activity), 0) as spend_eur,
  cast(coalesce(sum(weight), 0) as bigint) as emissions
from cell
"""
TOP = """
select emission_id, activity_id, supplier_name, material_name, activity_quantity, activity_unit_code, factor_id, kgco2e
from net where kgco2e is not null order by kgco2e desc, emission_id
"""
BY_FACTOR = """
select factor_id, factor_release, factor_policy_id, gas, activity_unit_code, factor_kgco2e_per_unit, count(*) as emission_count,
  sum(activity_quantity) as activity_quantity, sum(kgco2e) as kgco2e
from net where kgco2e is not null group by all order by kgco2e desc, factor_id, gas
"""
BY_REASON = """
select reason, count(*) filter (counts_activity) as activity_count, sum(mass_kg) filter (counts_activity) as mass_kg,
  sum(spend_eur) filter (counts_activity) as spend_eur
from net where reason is not null group by all order by activity_count desc, reason
"""
