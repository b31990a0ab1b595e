"""Numbers as sources write them: what the product makes of a text, against a reading of it letter by letter."""

from decimal import Decimal

from hypothesis import strategies as st
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from emberlake.contracts.model import Column
from emberlake.runtime.conform import typed
from support.draws import drawn

# Decimal sign, grouping sign, whether a minus may stand behind.
DIALECTS = {
    "german": (",", ".", False), "english": (".", ",", False), "plain": (".", None, False), "sap": (".", None, True),
    "swiss": (".", "'", False), "comma": (",", None, False), "both": (",", ".", True),
}  # fmt: skip
TYPES = {"decimal(18,3)": (18, 3), "decimal(18,9)": (18, 9), "decimal(18,2)": (18, 2), "int": None, "bigint": None}
# What a text is in four writings, as decimal(18,3); empty: no number.
SPOKEN = [
    dict(zip(("text", "german", "english", "plain", "sap"), (cell.strip() for cell in line.split("|")), strict=True))
    for line in """
    1.234,50            | 1234.5              |        |          |
    1,234.50            |                     | 1234.5 |          |
    1.23                |                     | 1.23   | 1.23     | 1.23
    1.234               | 1234                | 1.234  | 1.234    | 1.234
    12.50-              |                     |        |          | -12.5
    -12.50              |                     | -12.5  | -12.5    | -12.5
    -12.50-             |                     |        |          |
    1234567             | 1234567             | 1234567  | 1234567  | 1234567
    1.234.567           | 1234567             |        |          |
    1234.567            |                     | 1234.567 | 1234.567 | 1234.567
    12.34.567           |                     |        |          |
    1,2345              |                     |        |          |
    1,2340              | 1.234               |        |          |
    1.2345              |                     |        |          |
    1.2340              |                     | 1.234  | 1.234    | 1.234
    999999999999999,999 | 999999999999999.999 |        |          |
    1000000000000000    |                     |        |          |
    0,0005              |                     |        |          |
    1e3                 |                     |        |          |
    -                   |                     |        |          |
    ,                   |                     |        |          |
                        |                     |        |          |
    zwölf               |                     |        |          |
    ٣                   |                     |        |          |
    """.strip("\n").splitlines()
    if "|" in line
]


def meant(text: str, sign: str, grouping: str | None, trailing: bool, kind: str) -> Decimal | None:
    """The number, by hand: a sign, whole digits alone or in groups of three, and digits behind the sign that the type keeps."""
    if trailing and text.endswith("-"):
        if text[:1] in "+-":
            return None
        text = "-" + text[:-1]
    negative, body = text.startswith("-"), text[1:] if text[:1] in ("+", "-") else text
    whole, *fraction = body.split(sign)
    places = (TYPES[kind] or (0, 0))[1]
    if len(fraction) > 1 or (fraction and not places) or not (whole or (fraction and fraction[0])):
        return None
    groups = whole.split(grouping) if grouping else [whole]
    if len(groups) > 1 and not (1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])):
        return None
    digits, behind = "".join(groups), fraction[0] if fraction else ""
    if any(letter not in "0123456789" for letter in digits + behind) or behind[places:].strip("0"):
        return None
    return fitting(Decimal(f"{'-' if negative else ''}{digits or '0'}.{behind or '0'}"), kind)


def fitting(number: Decimal, kind: str) -> Decimal | None:
    size = TYPES[kind]
    limit = Decimal(10) ** (size[0] - size[1]) if size else Decimal(2) ** (31 if kind == "int" else 63)
    return number if -limit < number < limit or (size is None and number == -limit) else None


def texts() -> list[str]:
    """Numbers in every writing, spoilt numbers, and hostile text."""
    number = st.decimals(Decimal("-1e16"), Decimal("1e16"), places=4) | st.integers(-(10**19), 10**19).map(Decimal) | st.decimals(-5000, 5000, places=2)
    style = st.sampled_from(["f", ",f", ".2f", ",.3f"])
    swapped = st.sampled_from(["", str.maketrans(".,", ",."), str.maketrans(",", "'")])
    written = st.builds(lambda n, how, swap: format(n, how).translate(swap or {}), number, style, swapped)
    behind = written.map(lambda text: text.lstrip("-") + "-" * text.startswith("-"))
    padded = st.builds(lambda text, more: more + text, written, st.sampled_from(["0", "00", "+", "0.", "-0"]))
    return [row["text"] for row in SPOKEN] + [" 1", "1 ", "NaN", "1\n"] + drawn(written | behind | padded | st.text("0123456789.,-+' e\n", max_size=9), 900)


def test_texts_are_read_as_their_dialect_says(spark: SparkSession) -> None:
    """Seven dialects and five types in one action."""
    frame = spark.createDataFrame([(text,) for text in texts()], "_raw_x string")
    asked = [(name, kind) for name in DIALECTS for kind in TYPES]
    cells = [typed(F.col("_raw_x"), Column("x", kind, "a number"), *DIALECTS[name]).alias(f"{name} {kind}") for name, kind in asked]
    wrong, numbers = [], 0
    for row in frame.select("_raw_x", *cells).collect():
        for name, kind in asked:
            found, expected = row[f"{name} {kind}"], meant(row["_raw_x"], *DIALECTS[name], kind)
            numbers += expected is not None
            if found != expected:
                wrong.append((row["_raw_x"], name, kind, found, expected))
    assert wrong == []
    assert numbers > 3000


def test_the_reading_by_hand_says_what_people_say() -> None:
    """Keeps the reference honest: what each text is, in so many words."""
    for row in SPOKEN:
        for name in ("german", "english", "plain", "sap"):
            assert meant(row["text"], *DIALECTS[name], "decimal(18,3)") == (Decimal(row[name]) if row[name] else None), (row["text"], name)
