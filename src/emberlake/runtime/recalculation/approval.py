"""An approval on its way through a run: under it a ledger takes the postings that were planned, and no others."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from emberlake.errors import EmberlakeError
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.recalculation.pins import Pins, pinned

LANES, DIGITS = 4, 15  # a lane is so many hexadecimal digits of a row's hash, summed over all rows


class Moved(EmberlakeError):
    """What a plan was made from is not what stands; nothing was done."""


class NotAsPlanned(EmberlakeError):
    """A ledger would take other postings than those that were approved; it took none of them, and nothing was published."""


@dataclass(frozen=True)
class Approval:
    """Who approved which plan and why, what the plan was made from, and job → digest of the postings that it shows."""

    plan_id: str
    approved_by: str
    reason: str
    pins: Pins
    digests: Mapping[str, str]
    posted: set[str] = field(default_factory=set)  # jobs whose postings were found to be those

    def refuse_moved(self, lakehouse: Lakehouse) -> None:
        """Raise Moved where a table, the landed files or the code differ from what the plan was made from."""
        if moved := self.pins.moved(pinned(lakehouse)):
            raise Moved(f"plan {self.plan_id} no longer stands: {'; '.join(moved)}. Make another one: emberlake recalculation plan")

    def refuse_other(self, job: str, postings: DataFrame) -> None:
        """Raise NotAsPlanned where postings about to be written are not those that the plan shows."""
        if digest(postings) != self.digests.get(job):
            raise NotAsPlanned(f"{job} would post other rows than plan {self.plan_id} shows. Make another one: emberlake recalculation plan")
        self.posted.add(job)

    def refuse_missing(self) -> None:
        """Raise NotAsPlanned where postings that the plan shows did not come about."""
        if missing := sorted(set(self.digests) - self.posted):
            raise NotAsPlanned(f"{', '.join(missing)} posted nothing, and plan {self.plan_id} shows postings. Make another one: emberlake recalculation plan")

    def words(self) -> dict[str, str]:
        """What stays with the postings."""
        return {"plan_id": self.plan_id, "approved_by": self.approved_by, "approved_because": self.reason}


def digest(postings: DataFrame) -> str:
    """A number for a set of rows, whatever their order and files: every column of every row counts, and how often a row stands."""
    text = F.to_json(F.struct(*[F.col(f"`{name}`") for name in sorted(postings.columns)]), {"ignoreNullFields": "false"})
    hashed = postings.select(F.sha2(text, 256).alias("_hash"))
    lanes = [F.sum(F.conv(F.substring("_hash", 1 + DIGITS * n, DIGITS), 16, 10).cast("decimal(38,0)")) for n in range(LANES)]
    found = hashed.agg(F.count(F.lit(1)), *lanes).first()
    return hashlib.sha256("|".join(map(str, found or ())).encode()).hexdigest()
