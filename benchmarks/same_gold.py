"""Whether two lakehouses say the same: the pipeline by hand is only a fair rival if its numbers are ours, to the last digit."""

from pathlib import Path

import duckdb
from books import outcomes

from emberlake.runtime.lakehouse import Lakehouse

TECHNICAL = frozenset({"inventory_id", "known_at", "_input_count", "_source_row_id", "posting_id", "reverses", "weight"})
"""Columns that only Emberlake keeps."""

RECEIPTS = {"kontor": "bronze.kontor_wareneingang", "sap": "bronze.sap_mseg"}


class Differs(RuntimeError):
    """The two calculations disagree."""


def compare(house: Lakehouse, by_hand: Path) -> dict[str, int]:
    """Rows compared; raises Differs with what one has and the other has not. The whole inventory, choices, sums of the rest."""
    connection = duckdb.connect()
    counted = {}
    for table in ("inventory", "factor_choice"):
        ours, theirs = relations(connection, house, by_hand, table)
        columns = ", ".join(c for c in ours.columns if c not in TECHNICAL)
        only = [connection.sql(f"select {columns} from {a} except all select {columns} from {b}") for a, b in (("ours", "theirs"), ("theirs", "ours"))]
        if found := [row for side in only for row in side.limit(3).fetchall()]:
            raise Differs(f"gold.{table} is not the same by hand; rows of ours and theirs that the other has not: {found}")
        counted[table] = len(ours)
    for table, sums in {"activity": ("mass_kg", "spend_eur", "activity_quantity"), "emission": ("kgco2e", "mass_kg", "spend_eur")}.items():
        relations(connection, house, by_hand, table)
        wanted = f"select source_system, period, method, reason, count(*), {', '.join(f'sum({c})' for c in sums)} from"
        ours, theirs = (set(connection.sql(f"{wanted} {name} group by all").fetchall()) for name in ("ours", "theirs"))
        if ours != theirs:
            raise Differs(f"gold.{table} does not sum to the same by hand: {sorted(map(str, ours ^ theirs))[:4]}")
        counted[table] = sum(row[4] for row in ours)
    same_outcomes(connection, house, by_hand)
    return counted


def relations(connection: duckdb.DuckDBPyConnection, house: Lakehouse, by_hand: Path, table: str) -> tuple[duckdb.DuckDBPyRelation, duckdb.DuckDBPyRelation]:
    connection.register("ours", house.store.dataset(f"gold.{table}"))
    connection.execute(f"create or replace view theirs as from read_parquet('{by_hand}/gold/{table}.parquet')")
    return connection.table("ours"), connection.view("theirs")


def same_outcomes(connection: duckdb.DuckDBPyConnection, house: Lakehouse, by_hand: Path) -> None:
    """Written, excluded, quarantined, merged: the same number of receipt lines in each, in bronze and silver together."""
    for source, bronze in RECEIPTS.items():
        silver = outcomes(house, "silver.goods_receipt")[source]
        delivered = outcomes(house, bronze)[None]["input"]  # type: ignore[index]
        ours = {word: silver[word] for word in ("written", "excluded", "merged")}
        found = dict(connection.sql(f"select outcome, count(*) from '{by_hand}/silver/goods_receipt_{source}.parquet' group by all").fetchall())
        if ours != {word: found.get(word, 0) for word in ours} or silver["quarantined"] != found.get("quarantined", 0):
            raise Differs(f"{source}: of {delivered} receipt lines ours are {silver}, by hand {found}")
