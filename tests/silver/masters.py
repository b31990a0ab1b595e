"""How the tests of masters and decisions are run: the case of that name, through its function, in one Spark action."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from support.tables import asked, frame, judged, read, shown, table

ARRIVAL = "2026-01-05 09:30:00"


def outcome(spark: SparkSession, function: Callable[..., DataFrame], name: str, feed: str, bronze: str, *others: str) -> tuple[list[Any], list[Any]]:
    """Rows out and those of the case; with them from which row each came, at what time and for which organisation."""
    case = read(Path(__file__).parent / "cases" / "masters.yaml")[f"{name.split('.')[1]}_{feed}"]
    given, expected = table(case["given"]), table(case["then"])
    driving = frame(spark, bronze, given, _organisation_id="rivetwerk", _landed_at=ARRIVAL)
    rows = judged(function(driving, *[frame(spark, other, table(case[other])) for other in others]), name, feed).collect()
    origins = sorted((row["_source_row_id"], str(row["known_at"]), row["organisation_id"]) for row in rows)
    own = [(f"{bronze}:{number:04d}", ARRIVAL, "rivetwerk") for number in range(1, len(given) + 1)]
    return [*shown(rows, list(expected[0])), *origins], [*asked(expected), *own]
