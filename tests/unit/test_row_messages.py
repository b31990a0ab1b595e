"""What the owner of a bad row reads: text of the contract and values of the row, whatever either is made of."""

import re

from hypothesis import strategies as st
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from emberlake.contracts.model import Column, Contract, Rule
from emberlake.contracts.rows import broken, columns_named, implied_by, message, quoted
from support.draws import drawn
from support.tables import contracts

HOSTILE = [
    "'", "''", "\\", "\\'", "'; drop table x; --", '"', "`", "${x}", "${spark.app.name}", "{", "}", "{}", "{{value}}", "{1}", "{A}", "$1", "\\1",
    "\\u0041", "\\x41", "\\n", "\n", "\t", "\r\n", "%s", "\\%", "\\_", "%", "/* */", "--", "é", "日本", "😀", "\u2028", "a" * 500, " ", "''' || 1 || '''",
]  # fmt: skip
TEXT = st.text("'\"\\`{}$%_#n0u;-é😀\n x", min_size=1, max_size=12)
NAMED = re.compile(r"\{[a-z_]\w*\}")


def rule(text: str, predicate: str = "true") -> Rule:
    return Rule("EMB-X-001", "x", predicate, "quarantine", text)


def hostile(count: int) -> list[str]:
    return HOSTILE + drawn(TEXT, count)


def test_a_literal_is_the_text_itself(spark: SparkSession) -> None:
    texts = hostile(150)
    row = spark.range(1).select(*[F.expr(quoted(text)).alias(f"c{n}") for n, text in enumerate(texts)]).first()
    assert row is not None and list(row) == texts


def test_messages_hold_text_and_values_as_they_are(spark: SparkSession) -> None:
    """Text of the contract around a value of the row, both hostile; each rule is asked of each row."""
    texts = [text for text in hostile(40) if not NAMED.search(text)]
    rules = [rule(f"{text}{{value}}{text}") for text in texts]
    frame = spark.createDataFrame([(value,) for value in hostile(60)], "value string")
    for row in frame.select("value", *[F.expr(message(one)).alias(f"c{n}") for n, one in enumerate(rules)]).collect():
        for n, text in enumerate(texts):
            assert row[f"c{n}"] == f"{text}{row['value']}{text}"


def test_an_empty_value_is_named_as_such_and_other_types_are_written(spark: SparkSession) -> None:
    frame = spark.sql("select cast(null as string) a, cast(1.50 as decimal(18,6)) b, date'2025-03-07' c, true d")
    row = frame.select(F.expr(message(rule("{a}, {b}, {c} and {d}; not {1} nor {B C}"))).alias("told"), F.expr(message(rule("'{a}'"))).alias("only")).first()
    assert row is not None and list(row) == ["(empty), 1.500000, 2025-03-07 and true; not {1} nor {B C}", "'(empty)'"]
    assert columns_named(rule("{a} and {_b1}; not {1}")) == {"a", "_b1"}


def test_what_is_unknown_does_not_hold(spark: SparkSession) -> None:
    frame = spark.createDataFrame([(1,), (0,), (None,)], "value int")
    found = frame.select("value", F.expr(broken(rule("x", "value > 0"))).alias("is_broken")).collect()
    assert {row["value"]: row["is_broken"] for row in found} == {1: False, 0: True, None: True}


def test_implied_rules_see_hostile_values(spark: SparkSession) -> None:
    """A pattern must match all of a value; a value that breaks it is shown as it came."""
    contract: Contract = contracts()["silver.supplier"]
    column: Column = contract.column("country_code")
    required, pattern = implied_by(contract, column)
    values = ["DE", "GB", "de", "DEU", "D", "DE\n", "\nDE", " DE", "D'", "D\\", "{}", "${}", "", None]
    frame = spark.createDataFrame([(value,) for value in values], "country_code string")
    rows = frame.select(
        "country_code", F.expr(broken(required)).alias("r"), F.expr(broken(pattern)).alias("p"), F.expr(message(pattern)).alias("told")
    ).collect()
    assert [row["country_code"] for row in rows if row["r"]] == [None]
    assert [row["country_code"] for row in rows if not row["r"] and not row["p"]] == ["DE", "GB"]
    assert all(f"'{row['country_code']}'" in row["told"] for row in rows if row["p"])
