"""The page that says what was left out."""

from collections import Counter


def left_out(account: dict[str, Counter[str]], kept: Counter[str]) -> str:
    """The account as a page."""
    lines = [
        "# What was left out of the shipped reference tables, and why",
        "",
        "Written by `infra/reference/extract.py`; every row of every facts file is in exactly one line of its table.",
        "",
        "Of the supply chain factors only version 1.3.0 with margins ships: the columns of version 1.2 are superseded",
        "(dollars of 2021, AR4), and values without margins are not what a buyer books. Its day of publication is the",
        "`valid_from` of the facts, which give no other. Of eGRID the non-baseload columns (for avoided emissions) do",
        "not ship. Ember does not say which GWP set its life-cycle figures rest on: `gwp_set` is `unstated`.",
    ]
    for name, reasons in account.items():
        lines += ["", f"## {name}", "", "| rows | what became of them |", "|---:|---|", f"| {kept[name]} | shipped |"]
        lines += [f"| {count} | {reason} |" for reason, count in sorted(reasons.items()) if count]
    return "\n".join(lines) + "\n"
