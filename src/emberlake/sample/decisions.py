"""Decisions of the organisation: which factor prices which material group, and which exceptions are allowed."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from emberlake.sample.masters import GROUPS
from emberlake.sample.written import Written, write

ORGANISATION = "rivetwerk"
DECIDED_BY, DECIDED, VALID_FROM = "Head of Sustainability", "2025-02-03", "2025-01-01"
MAPPING = ("organisation_id", "factor_mapping_id", "mapped_source_system", "material_group_code", "method",
           "activity_code", "valid_from_date", "valid_to_date", "label", "decided_by", "decided_date")  # fmt: skip
POLICY = ("organisation_id", "factor_policy_id", "method", "factor_geography_code", "activity_geography_code",
          "allows_other_place", "allows_other_year", "allows_other_price_year", "valid_from_date", "valid_to_date",
          "reason", "decided_by", "decided_date")  # fmt: skip
POLICIES = (
    (ORGANISATION, "FP-2025-01", "average-data", "GB", "*", "true", "false", "false", VALID_FROM, "",
     "DESNZ publishes for Great Britain only; until suppliers give figures of their own it stands for all of Europe",
     DECIDED_BY, DECIDED),
    (ORGANISATION, "FP-2025-02", "spend-based", "US", "*", "true", "false", "true", VALID_FROM, "",
     "No European factors by spend are free to use. Spend of 2025 is not deflated to the price year, "
     "so the result is on the high side",
     DECIDED_BY, DECIDED),
)  # fmt: skip


def write_mapping(landing: Path, _seed: int, _scale: int) -> Written:
    """One row per material group that has a decision."""
    rows = [
        (ORGANISATION, f"FM-2025-{source}-{group.code}", source, group.code, group.decision.method,
         group.decision.activity_code, VALID_FROM, "", group.decision.label, DECIDED_BY, DECIDED)
        for source, groups in GROUPS.items()
        for group in groups
        if group.decision is not None
    ]  # fmt: skip
    return _written(landing, "factor_mapping", MAPPING, rows)


def write_policy(landing: Path, _seed: int, _scale: int) -> Written:
    """One row per exception."""
    return _written(landing, "factor_policy", POLICY, POLICIES)


def _written(landing: Path, name: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Written:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([columns, *rows])
    return Written(write(landing, f"decision/{name}.csv", text.getvalue().encode("utf-8"), len(rows)))
