"""The account of a build: every row that came in ends in exactly one place, and the build fails when it does not add up."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from emberlake.errors import EmberlakeError


class DoesNotAddUp(EmberlakeError):
    """Rows were lost or invented between input and output."""


@dataclass
class Account:
    """Rows of the driving input by what became of them; sums of the control columns as decimal texts."""

    input_count: int = 0
    written_count: int = 0
    unchanged_count: int = 0
    merged_count: int = 0
    quarantined_count: int = 0
    excluded_count: int = 0
    out_of_scope_count: int = 0
    deleted_count: int = 0
    rule_counts: dict[str, int] = field(default_factory=dict)
    controls: dict[str, str] = field(default_factory=dict)
    broken_rules: set[str] = field(default_factory=set)

    def held_back(self, found: Mapping[str, int]) -> None:
        """Rows that a function never saw, because a fix or a newer delivery stands for them."""
        for rule, count in found.items():
            if count:
                self.rule_counts[rule] = self.rule_counts.get(rule, 0) + count
                self.excluded_count += count

    def counts(self) -> dict[str, int]:
        return {name: value for name, value in vars(self).items() if name.endswith("_count")}

    @property
    def accounted(self) -> int:
        return (
            self.written_count + self.unchanged_count + self.merged_count + self.quarantined_count
            + self.excluded_count + self.out_of_scope_count
        )  # fmt: skip


def add_up(job: str, account: Account) -> None:
    """Raise DoesNotAddUp unless each input row is in exactly one place; deleted rows have no input and stand apart."""
    if account.accounted != account.input_count:
        raise DoesNotAddUp(
            f"{job}: {account.input_count} rows came in and {account.accounted} are accounted for ({account.counts()}). Its function "
            "loses or invents rows: a join that is not one to one, or a filter that ought to be a rule. The build counts as failed."
        )
