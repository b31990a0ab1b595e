"""What counts as few rows and as many, and rows kept at hand, so that asking for them again costs nothing."""

from pyspark.sql import DataFrame

FEW = 100_000  # rows that are sooner read than narrowed down
KEPT = 1_000_000  # rows that are sooner kept, in memory or on disk, than computed again
HANDFUL = 1_000  # rows that are cheap to carry through the driver


def at_hand(frame: DataFrame) -> DataFrame | None:
    """The same rows computed once: on the driver where they are few, cached where they are many; None where there are none.

    Either way Spark knows how many they are, and sends them to the rows that they are joined with, not those to them.
    """
    kept = frame.persist()  # before it is asked whether they are few: asking computes them
    schema = frame.schema.toNullable()  # Arrow has no empty struct of columns that may not be empty
    rows = kept.limit(HANDFUL + 1).to(schema).toArrow()
    if rows.num_rows > HANDFUL:
        kept.count()
        return kept
    kept.unpersist()
    return frame.sparkSession.createDataFrame(rows, schema) if rows.num_rows else None
