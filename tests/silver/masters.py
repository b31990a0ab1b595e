"""How the tests of masters and decisions are run: the case of that name, through its function, in one Spark action."""

from collections.abc import Callable
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession

from support.tables import asked, frame, judged, read, shown, table

ARRIVAL = "2026-01-05 09:30:00"


def outcome_agrees(spark: SparkSession, function: Callable[..., DataFrame], name: str, feed: str, bronze: str, *others: str) -> None:
    """Rows out are those of the case; all came from their own row, at its time, for its organisation."""
    case = read(Path(__file__).parent / "cases" / "masters.yaml")[f"{name.split('.')[1]}_{feed}"]
    given, expected = table(case["given"]), table(case["then"])
    driving = frame(spark, bronze, given, _organisation_id="rivetwerk", _landed_at=ARRIVAL)
    rows = judged(function(driving, *[frame(spark, other, table(case[other])) for other in others]), name, feed).collect()
    assert shown(rows, list(expected[0])) == asked(expected)
    assert {(str(row["known_at"]), row["organisation_id"]) for row in rows} == {(ARRIVAL, "rivetwerk")}
    assert sorted(row["_source_row_id"] for row in rows) == [f"{bronze}:{n:04d}" for n in range(1, len(given) + 1)]
