"""Tables on a terminal: numbers to the right with thousands separated, dates in ISO 8601, no digit lost with `full`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

import pyarrow as pa
from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from emberlake.contracts.model import Contract
from emberlake.tables.as_of import shown

SHORT_DIGITS = 3
EXACT = Context(prec=100, rounding=ROUND_HALF_UP)
ADDITIONAL = ("known_at", "rule_counts", "controls", "build_count")  # shown with `full` only
BORDER = 3
NARROWEST = 10


def table(rows: pa.Table, title: str, contract: Contract | None = None, full: bool = False, width: int = 160) -> Group:
    """Rows of a table or of an answer. `full` shows every column and every digit.

    Otherwise decimals are cut to 3 digits, half-up, what is the same in every row stands below the table, and so do the
    names of the columns that do not fit into `width` characters. The unit of a column stands in its head, where the
    contract names one that the name does not say already.
    """
    found = rows.to_pylist()
    texts = {name: [cell(row[name], full) for row in found] for name in rows.column_names}
    numbers = {field.name for field in rows.schema if is_number(field.type)}
    heads = {name: head(name, contract, max(map(len, texts[name]), default=0)) for name in texts}
    dull = {name for name in texts if name.startswith("_") or name in ADDITIONAL}
    same = [] if full else [n for n in texts if len(found) > 1 and n not in numbers and n not in dull and len(set(texts[n])) == 1]
    wide = {name: max(map(len, [*heads[name].split("\n"), *texts[name]])) + BORDER for name in texts if name not in same}
    candidates = {name: size for name, size in wide.items() if name not in dull}
    kept = list(texts) if full else fitting(candidates, numbers, contract.key if contract else (), width)
    hidden = [name for name in texts if name not in kept and name not in same]
    constant = ", ".join(f"{name} = {texts[name][0] or '(empty)'}" for name in same)
    notes = [f"in all rows: {constant}"] if same else []
    notes += [f"{len(hidden)} more columns with --full: {', '.join(hidden)}"] if hidden else []
    drawn = grid([(heads[name], name in numbers) for name in kept], zip(*[texts[name] for name in kept], strict=True))
    return Group(Text(title, "italic"), drawn, *[Text(note, "dim") for note in (notes if found else ["no rows"])])


def fitting(wide: Mapping[str, int], numbers: set[str], key: Sequence[str], width: int) -> list[str]:
    """Columns that fit, in their order: the key before numbers, numbers before texts; the first one always."""
    kept: list[str] = []
    for name in sorted(wide, key=lambda name: (name not in key, name not in numbers)):
        if not kept or sum(wide[n] for n in kept) + wide[name] < width:
            kept.append(name)
    return [name for name in wide if name in kept]


def listing(rows: Sequence[Any], title: str, full: bool = False) -> Group:
    """Frozen rows of `listing`, one a line; without `full` ids are cut to eight characters, messages to their first line, and columns
    that hold nothing but zeros or nothing at all are left out.
    """
    if not rows:
        return Group(Text(f"{title}: none", "italic"))
    values = [asdict(row) for row in rows]
    kinds = {name: kind for name, kind in type(rows[0]).__annotations__.items() if full or (name not in ADDITIONAL and any(row[name] for row in values))}
    texts = {name: [listed(name, row[name], full) for row in values] for name in kinds}
    heads = [(told(name, texts[name], full), any(word in str(kind) for word in ("int", "Decimal"))) for name, kind in kinds.items()]
    return Group(Text(title, "italic"), grid(heads, zip(*texts.values(), strict=True)))


def told(name: str, texts: Sequence[str], full: bool) -> str:
    """A column's head: its name, or without `full` the short of it, broken where its values are narrower."""
    return name if full else head(name.removesuffix("_count"), None, max(map(len, texts), default=0))


def listed(name: str, value: Any, full: bool) -> str:
    text = cell(value, full)
    if full:
        return text
    return text[:8] if name in ("run_id", "release_id") else (text.splitlines() or [""])[0]


def grid(heads: Iterable[tuple[str, bool]], rows: Iterable[Sequence[str]]) -> Table:
    """A drawn table; heads say whether their column holds numbers."""
    lines = list(rows)
    drawn = Table(header_style="bold", box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for at, (name, number_column) in enumerate(heads):
        widest = max((len(row[at]) for row in lines), default=0)  # a number is never broken
        drawn.add_column(Text(name), justify="right" if number_column else "left", overflow="fold", min_width=widest if number_column else 1)
    for row in lines:
        drawn.add_row(*[Text(text) for text in row])
    return drawn


def is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_decimal(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind))


def head(name: str, contract: Contract | None, width: int) -> str:
    """The column's name, broken at underscores where its values are narrower, with its unit where the name lacks it."""
    lines = [""]
    for part in name.split("_"):
        longer = f"{lines[-1]}_{part}" if lines[-1] else part
        lines = [*lines[:-1], longer] if len(longer) <= max(width, NARROWEST) or not lines[-1] else [*lines[:-1], lines[-1] + "_", part]
    unit = contract.column(name).unit if contract and contract.has(name) else None
    return "\n".join([*lines, f"[{unit}]"] if unit and not name.endswith(unit) else lines)


def cell(value: Any, full: bool = False) -> str:
    """One value as text; what is empty stays empty, so that it cannot be taken for zero."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return number(value, full)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, date):
        return shown(value) if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {cell(item, full)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(cell(item, full) for item in value)
    return str(value)


def number(value: Decimal, full: bool = False) -> str:
    """With thousands separated: all digits, or at most three behind the point, half-up.

    A small number keeps its digits: a factor of 0.000123 must not read as 0.000.
    """
    exponent = value.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) else 0
    if full or places <= SHORT_DIGITS or (value and abs(value) < 1):
        return f"{value:,f}"
    return f"{value.quantize(Decimal(1).scaleb(-SHORT_DIGITS), context=EXACT):,f}"
