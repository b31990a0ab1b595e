"""Runs the cases of a feed: rows of its inputs in, rows of its table out, both as pipe tables in cases/<file>.yaml.

An input that a case does not name is that of `inputs` in the first document, which the cases share; an input that
stands nowhere is empty. The column `rules` of the output names the rules that a row breaks.
"""

from collections.abc import Callable
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession

from support.tables import asked, feed_of, frame, judged, read, shown, table


def check(spark: SparkSession, function: Callable[..., DataFrame], name: str, feed: str) -> None:
    """Every case of the feed gives the rows that it asks for, and no others."""
    file = read(Path(__file__).parent / "cases" / f"{name.removeprefix('silver.')}_{feed}.yaml")
    for case in file["cases"]:
        given = file.get("inputs", {}) | case["in"]
        frames = {t.split(".", 1)[1]: frame(spark, t, table(given[t]) if t in given else []) for t in feed_of(name, feed).inputs}
        wanted = table(case["out"])
        found = judged(function(**frames), name, feed)
        assert shown(found.collect(), list(wanted[0])) == asked(wanted), case["case"]
