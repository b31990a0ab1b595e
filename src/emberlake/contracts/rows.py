"""Row rules as Spark SQL text: those that stand in the contract, and those that its columns imply."""

import re
from collections.abc import Iterator

from emberlake.contracts.model import Column, Contract, Feed, Rule

TECHNICAL = "_"


def rules(contract: Contract, feed: Feed) -> tuple[Rule, ...]:
    """Every rule a row of this feed must pass: of the feed, of the contract, and implied by its columns.

    The feed's own rules stand first: what it excludes legitimately is not judged any further.
    """
    implied = tuple(rule for column in contract.columns for rule in implied_by(contract, column))
    return feed.rules + contract.rules + implied


def implied_by(contract: Contract, column: Column) -> Iterator[Rule]:
    """Rules from `required`, bounds, lengths and pattern; ids are `<table>.<column>.<kind>`."""
    name, options = f"`{column.name}`", column.options
    checks: list[tuple[str, str, str]] = []
    if column.required and not column.name.startswith(TECHNICAL) and column.name not in ("posting_id", "weight"):
        checks.append(("required", f"{name} is not null", "is empty, and must not be"))
    if "minimum" in options:
        checks.append(("minimum", f"{name} >= {options['minimum']}", f"is below {options['minimum']}"))
    if "exclusiveMinimum" in options:
        checks.append(("minimum", f"{name} > {options['exclusiveMinimum']}", f"is not above {options['exclusiveMinimum']}"))
    if "maximum" in options:
        checks.append(("maximum", f"{name} <= {options['maximum']}", f"is above {options['maximum']}"))
    if "exclusiveMaximum" in options:
        checks.append(("maximum", f"{name} < {options['exclusiveMaximum']}", f"is not below {options['exclusiveMaximum']}"))
    if "minLength" in options:
        checks.append(("length", f"length({name}) >= {options['minLength']}", f"is shorter than {options['minLength']}"))
    if "maxLength" in options:
        checks.append(("length", f"length({name}) <= {options['maxLength']}", f"is longer than {options['maxLength']}"))
    if "pattern" in options:
        checks.append(
            ("pattern", f"({name} rlike {quoted(options['pattern'])} and not endswith({name}, {quoted(chr(10))}))", f"does not look like {options['pattern']}")
        )
    for kind, predicate, words in checks:
        holds = predicate if kind == "required" else f"({name} is null or {predicate})"
        shown = column.physical_name or column.name
        message = f"{shown} {words} ({column.description})." if kind == "required" else f"{shown} '{{{column.name}}}' {words} ({column.description})."
        yield Rule(f"{contract.name}.{column.name}.{kind}", f"{column.name}_{kind}", holds, "quarantine", message, column.name)


def broken(rule: Rule) -> str:
    """SQL that is true where the rule does not hold; an unknown answer counts as not holding."""
    return f"not coalesce(({rule.predicate}), false)"


def message(rule: Rule) -> str:
    """SQL that gives the message with the row's own values."""
    parts = re.split(r"\{([a-z_]\w*)\}", rule.message)
    pieces = [quoted(text) if at % 2 == 0 else f"coalesce(cast(`{text}` as string), '(empty)')" for at, text in enumerate(parts)]
    return f"concat({', '.join(p for p in pieces if p != quoted(''))})"


def columns_named(rule: Rule) -> set[str]:
    """Columns that the message wants to show."""
    return set(re.findall(r"\{([a-z_]\w*)\}", rule.message))


def quoted(text: str) -> str:
    """A Spark SQL string literal."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("$", "\\u0024") + "'"
