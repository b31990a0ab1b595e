"""What the books of a lakehouse say of its one run: seconds by stage and table, rows and bytes, and what became of receipts."""

from itertools import pairwise
from typing import Any

from emberlake.names import LAYERS, job_name
from emberlake.runtime.lakehouse import Lakehouse

OUTCOMES = ("input", "written", "excluded", "quarantined", "merged")


def stages(house: Lakehouse) -> dict[str, Any]:
    """Seconds of landing, of each build, of each suite and of the release; Spark's start is in the first build, GX's in the first suite."""
    run = house.books.read("run")[0]
    commits = sorted(house.books.read("commit"), key=lambda row: row["started_at"])
    landed = min(row["landed_at"] for row in house.books.read("landing"))
    judged = {row["table_name"]: row["validated_at"] for row in sorted(house.books.read("verdict"), key=lambda row: row["validated_at"])}
    marks = [("", commits[-1]["finished_at"]), *judged.items()]
    suites = {table: between(before, after) for (_, before), (table, after) in pairwise(marks)}
    return {
        "landing": between(landed, run["started_at"]),
        "builds": {job_name(row["table_name"], row["feed"]): between(row["started_at"], row["finished_at"]) for row in commits},
        "suites": suites,
        "release": between(marks[-1][1], run["finished_at"]),
    }


def between(before: Any, after: Any) -> float:
    return round((after - before).total_seconds(), 3)


def sizes(house: Lakehouse) -> dict[str, dict[str, int]]:
    """Rows and bytes of the data files of each table at its newest version, as its log tells them."""
    tables = [name for name, contract in house.contracts.items() if contract.layer in LAYERS and house.store.exists(name) and house.store.row_count(name)]
    return {"rows": {t: house.store.row_count(t) for t in tables}, "bytes": {t: house.store.byte_count(t) for t in tables}}


def outcomes(house: Lakehouse, table: str) -> dict[str, dict[str, int]]:
    """Of each feed of a table, how many rows of its driving input ended where."""
    return {row["feed"]: {word: row[f"{word}_count"] for word in OUTCOMES} for row in house.books.read("commit", table_name=table)}
