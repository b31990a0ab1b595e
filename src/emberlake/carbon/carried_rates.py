"""Days without a published exchange rate: the last one is carried, and not for ever."""

from pyspark.sql import Column, Window
from pyspark.sql import functions as F

LONGEST_CARRY = 7
"""Days that a rate is carried at most; after that a missing rate is an error of the data, not a holiday."""


def last_day_carried() -> Column:
    """The day before the next published rate of the pair, at most seven days on, never before its own day."""
    pair = Window.partitionBy("_organisation_id", "from_currency_code", "to_currency_code")
    next_published = F.lead("published_date").over(pair.orderBy("published_date", "_landed_at", "_source_row_id"))
    furthest = F.date_add("published_date", LONGEST_CARRY)
    return F.greatest("published_date", F.least(F.date_sub(next_published, 1), furthest))
