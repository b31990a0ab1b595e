"""Each row's outcome: written, excluded by a rule, or quarantined with the rules it broke.

Every rule is one bit, so a row is judged in the pass that writes it, at the cost of a comparison. Rules stand in `rows`.
"""

from collections.abc import Sequence
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
        """Aggregates: driving rows by outcome, and rows by rule (excluded rows count for what excludes them only)."""
        by_outcome = [("passed", self.passed), ("excluded", self.excluded), ("quarantined", self.quarantined)]
        totals = [F.coalesce(F.sum(F.when(condition, self.driving_rows())), F.lit(0)).alias(name) for name, condition in by_outcome]
        each = []
        for at, rule in enumerate(self.rules):
            bit = F.shiftright(F.col(self.mask_columns[at // BITS]), at % BITS).bitwiseAND(F.lit(1))
            seen = bit if rule.severity == "exclude" else F.when(self.excluded, F.lit(0)).otherwise(bit)
            each.append(F.coalesce(F.sum(seen), F.lit(0)).alias(f"rule_{at}"))
        return totals + each

    def driving_rows(self) -> Column:
        """How many rows of the driving input one output row stands for."""
        if self.accounts.by == "row":
            return F.lit(1)
        column = F.col(str(self.accounts.column))
        return column if self.accounts.by == "count" else column.cast("int")

    def rule_counts(self, found: dict[str, int]) -> dict[str, int]:
        """Rule id → rows that broke it, from the aggregates; rules that nothing broke are left out."""
        counted = {rule.id: int(found[f"rule_{at}"]) for at, rule in enumerate(self.rules)}
        return {rule_id: count for rule_id, count in counted.items() if count}

    def findings(self, judged: DataFrame, row_id: Column, shown: Sequence[Column]) -> DataFrame:
        """One row per quarantined row and broken rule: row_id, rule_id, severity, message, and what else is to be shown."""
        hits = [F.when(F.col(FALLEN), finding("together", "quarantine", F.lit("Another output of the same input row is in quarantine; they stand or fall together.")))]
        for at, rule in enumerate(self.rules):
            if rule.severity in ("quarantine", "reject"):
                bit = F.shiftright(F.col(self.mask_columns[at // BITS]), at % BITS).bitwiseAND(F.lit(1)) == 1
                hits.append(F.when(bit, finding(rule.id, rule.severity, F.expr(rows.message(rule)))))
        bad = judged.where(self.quarantined)
        found = bad.select("*", row_id.alias("row_id"), F.explode(F.array_compact(F.array(*hits))).alias("hit"))
        return found.select("row_id", "hit.*", *shown)


def finding(rule_id: str, severity: str, message: Column) -> Column:
    return F.struct(F.lit(rule_id).alias("rule_id"), F.lit(severity).alias("severity"), message.alias("message"))
