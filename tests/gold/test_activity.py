"""By which method and factor each receipt is to be priced, and why some are not."""

from pathlib import Path

from pyspark.sql import SparkSession

from emberlake.gold.activity import activity
from support.tables import asked, frame, judged, read, shown, table

CASES = read(Path(__file__).parent / "cases" / "activity.yaml")
RECEIPT = {
    "plant_id": "kontor:1000", "plant_name": "Werk Hagen", "plant_country_code": "DE", "supplier_id": "kontor:70001",
    "supplier_name": "Jürgens Draht", "supplier_country_code": "CH", "material_id": "kontor:100001", "material_name": "Walzdraht",
}  # fmt: skip
DECIDED_AT, RECEIVED_AT = "2026-01-03 08:00:00", "2026-01-02 08:00:00"


def test_cases(spark: SparkSession) -> None:
    receipts = [row | {"period": row["posting_date"][:7]} for row in table(CASES["receipts"])]
    mappings = table(CASES["mappings"])
    # Another organisation's decision on the same group prices nothing of ours.
    mappings.append(
        {
            "organisation_id": "other",
            "factor_mapping_id": "FM-theirs",
            "mapped_source_system": "kontor",
            "material_group_code": "900",
            "method": "average-data",
            "activity_code": "theirs",
            "valid_from_date": "2025-01-01",
        }
    )
    decisions = frame(spark, "silver.factor_mapping", mappings, source_system="decision", known_at=DECIDED_AT)
    rows = judged(activity(frame(spark, "silver.goods_receipt", receipts, **RECEIPT), decisions), "gold.activity").collect()
    expected, whole = table(CASES["then"]), table(CASES["whole"])
    assert shown(rows, list(expected[0])) == asked(expected)
    assert shown([row for row in rows if row["activity_id"] == "3.1:kontor:1"], list(whole[0])) == asked(whole)
    assert {row["rules"] for row in rows} == {""}
    assert {(row["factor_mapping_id"] is not None, str(row["known_at"])) for row in rows} == {(True, DECIDED_AT), (False, RECEIVED_AT)}
