"""Each row's outcome: written, excluded by a rule, or quarantined with the rules it broke.

Every rule is one bit, so a row is judged in the pass that writes it, at the cost of a comparison. Rules stand in `rows`.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from emberlake.contracts import rows
from emberlake.contracts.model import Accounts, Rule

FALLEN = "_fallen"  # true where another output of the same input row is in quarantine
BITS = 60  # rules per mask column: a bigint without its sign


@dataclass(frozen=True)
class Gate:
    """The rules of one feed, each with its place in the masks, and how rows are counted."""

    rules: tuple[Rule, ...]
    accounts: Accounts

    @property
    def mask_columns(self) -> list[str]:
        return [f"_broken_{n}" for n in range(-(-len(self.rules) // BITS))]

    def judge(self, frame: DataFrame) -> DataFrame:
        """The frame with its mask columns."""
        masks = []
        for n, name in enumerate(self.mask_columns):
            part = self.rules[n * BITS : (n + 1) * BITS]
            terms = [f"if({rows.broken(rule)}, {1 << at}L, 0L)" for at, rule in enumerate(part)]
            masks.append(F.expr(" + ".join(terms)).alias(name))
        return frame.select("*", *masks, F.lit(False).alias(FALLEN))

    def breaks(self, *severities: str) -> Column:
        """True where a row breaks a rule of one of these severities."""
        tests = []
        for n, name in enumerate(self.mask_columns):
            part = self.rules[n * BITS : (n + 1) * BITS]
            mask = sum(1 << at for at, rule in enumerate(part) if rule.severity in severities)
            if mask:
                tests.append(F.col(name).bitwiseAND(F.lit(mask).cast("bigint")) != 0)
        return reduce(lambda a, b: a | b, tests, F.lit(False))

    @property
    def excluded(self) -> Column:
        return self.breaks("exclude")

    @property
    def quarantined(self) -> Column:
        return ~self.excluded & (self.breaks("quarantine", "reject") | F.col(FALLEN))

    @property
    def passed(self) -> Column:
        return ~(self.breaks("exclude", "quarantine", "reject") | F.col(FALLEN))

    def counts(self) -> list[Column]:
        """Aggregates: driving rows by outcome, rows by rule that excludes or warns, and which rules were broken at all.

        To count every rule in every pass would cost more than the rules; what is quarantined is counted where it is kept.
        """
        by_outcome = [("passed", self.passed), ("excluded", self.excluded), ("quarantined", self.quarantined)]
        totals = [F.coalesce(F.sum(F.when(condition, self.driving_rows())), F.lit(0)).alias(name) for name, condition in by_outcome]
        judged = F.when(~self.excluded, F.lit(True))
        any_broken = [F.coalesce(F.bit_or(F.when(judged, F.col(mask))), F.lit(0).cast("bigint")).alias(f"any{mask}") for mask in self.mask_columns]
        told = [(at, rule) for at, rule in enumerate(self.rules) if rule.severity in ("exclude", "warn")]
        each = [
            F.coalesce(F.sum(self.bit(at) if rule.severity == "exclude" else F.when(judged, self.bit(at))), F.lit(0)).alias(f"rule_{at}") for at, rule in told
        ]
        return totals + any_broken + each

    def bit(self, at: int) -> Column:
        """1 where a row breaks the rule at this place, else 0."""
        return F.shiftright(F.col(self.mask_columns[at // BITS]), at % BITS).bitwiseAND(F.lit(1).cast("bigint"))

    def driving_rows(self) -> Column:
        """How many rows of the driving input one output row stands for."""
        if self.accounts.by == "row":
            return F.lit(1)
        column = F.col(str(self.accounts.column))
        return column if self.accounts.by == "count" else column.cast("int")

    def rule_counts(self, found: dict[str, int]) -> dict[str, int]:
        """Rule id → rows, of the rules that exclude or warn and were broken."""
        counted = {rule.id: int(found[f"rule_{at}"]) for at, rule in enumerate(self.rules) if f"rule_{at}" in found}
        return {rule_id: count for rule_id, count in counted.items() if count}

    def broken(self, found: dict[str, int]) -> set[str]:
        """Ids of the rules that some row broke."""
        masks = [int(found[f"any{mask}"]) for mask in self.mask_columns]
        return {rule.id for at, rule in enumerate(self.rules) if masks[at // BITS] >> (at % BITS) & 1}

    def findings(self, judged: DataFrame, row_id: Column, shown: Sequence[Column], broken: Container[str]) -> DataFrame:
        """One row per quarantined row and broken rule: row_id, rule_id, severity, message, and what else is to be shown.

        `broken` are the ids of the rules known to be broken; to look at no others keeps Spark's generated code small.
        """
        hits = [
            F.when(
                F.col(FALLEN), finding("together", "quarantine", F.lit("Another output of the same input row is in quarantine; they stand or fall together."))
            )
        ]
        for at, rule in enumerate(self.rules):
            if rule.severity in ("quarantine", "reject") and rule.id in broken:
                hits.append(F.when(self.bit(at) == 1, finding(rule.id, rule.severity, F.expr(rows.message(rule)))))
        bad = judged.where(self.quarantined)
        found = bad.select("*", row_id.alias("row_id"), F.explode(F.array_compact(F.array(*hits))).alias("hit"))
        return found.select("row_id", "hit.*", *shown)


def finding(rule_id: str, severity: str, message: Column) -> Column:
    return F.struct(F.lit(rule_id).alias("rule_id"), F.lit(severity).alias("severity"), message.alias("message"))
