"""What the postings add up to, and how much of the purchases the sum covers."""

from pathlib import Path

from pyspark.sql import SparkSession

from emberlake.gold.inventory import inventory
from support.tables import asked, frame, judged, read, shown, table

CASES = read(Path(__file__).parent / "cases" / "inventory.yaml")
USUAL = {"scope": "3", "category_code": "1", "category_name": "Purchased goods and services", "basis": "single", "plant_name": "Werk Hagen"}


def test_cases(spark: SparkSession) -> None:
    postings = table(CASES["emissions"])
    # The same postings of another organisation are another inventory.
    theirs = [row | {"organisation_id": "other", "known_at": "2026-02-01 00:00:00"} for row in postings]
    rows = judged(inventory(frame(spark, "gold.emission", postings + theirs, **USUAL)), "gold.inventory").collect()
    expected = table(CASES["then"])
    for organisation, known_at in (("org", "2026-01-02 08:00:00"), ("other", "2026-02-01 00:00:00")):
        cells = [row for row in rows if row["organisation_id"] == organisation]
        assert shown(cells, list(expected[0])) == asked(expected), organisation
        assert {str(row["known_at"]) for row in cells} == {known_at}
        assert {row["inventory_id"] for row in cells} == {f"{organisation}|{row['period']}|3|1|{row['method']}|single|{row['plant_id']}" for row in cells}
    assert {(row["rules"], row["category_name"], row["plant_name"]) for row in rows} == {("", "Purchased goods and services", "Werk Hagen")}
    assert sum(row["_input_count"] for row in rows) == len(postings + theirs)
