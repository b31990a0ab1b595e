"""Reversal posting, as accountants do: a changed row is taken back with its measures negated and posted anew, at once."""

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from emberlake.contracts.model import Contract
from emberlake.names import LEDGER_COLUMNS
from emberlake.runtime.changes import NEW, OLD

POSTING = [name for name, _, _ in LEDGER_COLUMNS]
MOST_SENT = 500_000  # reversals that every task is sent whole


def net(postings: DataFrame) -> DataFrame:
    """The rows in force: postings that no reversal takes back, with their posting ids.

    No join where nothing was ever reversed. Spark cannot know that reversals are few and would sort all postings: so they are counted.
    """
    reversals = postings.where("weight = -1").select(F.col("reverses").alias("posting_id"))
    count = reversals.count()
    if not count:
        return postings
    return postings.where("weight = 1").join(F.broadcast(reversals) if count <= MOST_SENT else reversals, on="posting_id", how="left_anti")


def postings(compared: DataFrame, contract: Contract, transaction: int) -> DataFrame:
    """The rows to append for a comparison of net rows: reversals of what changed or went, and what is new."""
    measures = {c.name: c.type for c in contract.columns if c.measure}
    columns = [c.name for c in contract.columns]
    back = compared.where(F.col("_change").isin("update", "delete")).select(
        *[reversed_value(name, measures) for name in columns if name not in POSTING],
        F.concat(F.col(f"{OLD}.posting_id"), F.lit("/reversed")).alias("posting_id"),
        F.col(f"{OLD}.posting_id").alias("reverses"),
        F.lit(-1).alias("weight"),
    )
    fresh = compared.where(F.col("_change").isin("update", "insert")).select(f"{NEW}.*")
    return back.select(*columns).unionByName(first_postings(fresh, contract, transaction))


def first_postings(rows: DataFrame, contract: Contract, transaction: int) -> DataFrame:
    """New rows as postings; the transaction number tells two lives of one key apart."""
    return rows.select(
        *[c.name for c in contract.columns if c.name not in POSTING],
        posting_id(contract.key, transaction),
        F.lit(None).cast("string").alias("reverses"),
        F.lit(1).alias("weight"),
    ).select(*[c.name for c in contract.columns])


def posting_id(key: Sequence[str], transaction: int) -> Column:
    return F.concat_ws("|", *key, F.lit(str(transaction))).alias("posting_id")


def reversed_value(name: str, measures: dict[str, str]) -> Column:
    old = F.col(f"{OLD}.{name}")
    return (-old).cast(measures[name]).alias(name) if name in measures else old.alias(name)
