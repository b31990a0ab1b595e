"""Runs the cases of a feed: rows of its inputs in, rows of its table out, both as pipe tables in cases/<file>.yaml.

An input that a case does not name is that of `inputs` in the first document, which the cases share; an input that
stands nowhere is empty. The column `rules` of the output names the rules that a row breaks.
"""

from collections.abc import Callable
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession

from support.tables import Row, asked, feed_of, frame, judged, read, shown, table


def outcome(spark: SparkSession, function: Callable[..., DataFrame], name: str, feed: str) -> tuple[dict[str, list[Row]], dict[str, list[Row]]]:
    """The rows that each case gives, and those that it asks for."""
    found, wanted = {}, {}
    file = read(Path(__file__).parent / "cases" / f"{name.removeprefix('silver.')}_{feed}.yaml")
    for case in file["cases"]:
        given = file.get("inputs", {}) | case["in"]
        frames = {t.split(".", 1)[1]: frame(spark, t, table(given[t]) if t in given else []) for t in feed_of(name, feed).inputs}
        rows = table(case["out"])
        found[case["case"]] = shown(judged(function(**frames), name, feed).collect(), list(rows[0]))
        wanted[case["case"]] = asked(rows)
    return found, wanted
