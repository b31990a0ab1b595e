"""A frame brought to its contract: columns selected, cast and ordered; what cannot be cast is seen by a rule.

For every column whose type changes, the value as it came stands beside it as `_raw_<column>` until the row is judged.
"""

import re

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import DecimalType, StructType

from emberlake.contracts.model import Column as ContractColumn
from emberlake.contracts.model import Contract, Rule
from emberlake.contracts.types import scale_of, struct_json
from emberlake.errors import EmberlakeError
from emberlake.names import LEDGER_COLUMNS

POSTING = {name for name, _, _ in LEDGER_COLUMNS}


class NotConform(EmberlakeError):
    """A function returned other columns than its contract has: an error of code, not of data."""


def written_columns(contract: Contract) -> list[ContractColumn]:
    """Columns that a function gives: all but what the ledger adds by itself."""
    return [c for c in contract.columns if not (contract.write.mode == "ledger" and c.name in POSTING)]


def conform(frame: DataFrame, contract: Contract, rule_columns: tuple[str, ...]) -> DataFrame:
    """The frame with the contract's columns in its order, `_raw_` companions, and the rule columns."""
    columns = written_columns(contract)
    expected, found = {c.name for c in columns} | set(rule_columns), set(frame.columns)
    if expected != found:
        raise NotConform(
            f"{contract.name}: the function returns other columns than {contract.path.name}: missing {sorted(expected - found)}, "
            f"additional {sorted(found - expected)}. Columns that only a rule needs are named under rule_columns."
        )
    target = {f.name: f.dataType for f in StructType.fromJson(struct_json(contract)).fields}
    given = {f.name: f.dataType for f in frame.schema.fields}
    selected: list[Column] = []
    for column in columns:
        wants, has = target[column.name], given[column.name]
        if isinstance(wants, DecimalType) and isinstance(has, DecimalType) and has.scale > wants.scale:
            raise NotConform(
                f"{contract.name}.{column.name}: the function gives {has.simpleString()}; round to {wants.simpleString()} "
                "in the function, half-up, so that no digit is lost unseen"
            )
        if has == wants:
            selected.append(F.col(column.name))
        else:
            selected += [F.col(column.name).try_cast(column.type).alias(column.name), F.col(column.name).alias(f"_raw_{column.name}")]
    return frame.select(*selected, *rule_columns)


def cast_rules(contract: Contract, conformed: DataFrame) -> tuple[Rule, ...]:
    """One rule per column that was cast: a value that came must still be there."""
    names = [c.removeprefix("_raw_") for c in conformed.columns if c.startswith("_raw_")]
    return tuple(cast_rule(contract, contract.column(name)) for name in names)


def cast_rule(contract: Contract, column: ContractColumn) -> Rule:
    """The rule that a value which came must be of the column's type; severity quarantine."""
    raw, name = f"`_raw_{column.name}`", column.name
    message = f"{column.physical_name or name} '{{_raw_{name}}}' is not a {plain_words(column)}; correct it at the source."
    return Rule(f"{contract.name}.{name}.type", f"{name}_type", f"{raw} is null or `{name}` is not null", "quarantine", message, name)


def plain_words(column: ContractColumn) -> str:
    if column.type == "date":
        return f"date written as {column.options.get('format', 'yyyy-MM-dd')}"
    if (scale := scale_of(column)) is not None:
        return f"number with at most {scale} digits after the decimal sign ({column.type})"
    return {"int": "whole number", "bigint": "whole number", "timestamp": "time"}.get(column.type, column.type)


def typed(raw: Column, column: ContractColumn, decimal_sign: str, grouping: str | None, trailing_minus: bool) -> Column:
    """A source's text as the contract's type by the source's dialect; NULL where it is not of that form.

    A number must be written in full agreement with the dialect: `1.23` is no German number, and digits beyond the
    contract's scale are not rounded away but refused.
    """
    if column.type == "string":
        return raw
    if column.type in ("date", "timestamp"):
        pattern = column.options.get("format", "yyyy-MM-dd" if column.type == "date" else "yyyy-MM-dd HH:mm:ss")
        parse = F.try_to_date if column.type == "date" else F.try_to_timestamp
        return parse(raw, pattern) if column.type == "date" else parse(raw, F.lit(pattern))  # type: ignore[arg-type]
    if column.type == "boolean":
        return F.when(F.lower(raw).isin("true", "1"), F.lit(True)).when(F.lower(raw).isin("false", "0"), F.lit(False))
    text = raw
    if trailing_minus:
        text = F.when(raw.endswith("-"), F.concat(F.lit("-"), F.expr(f"substring(`_raw_{column.name}`, 1, length(`_raw_{column.name}`) - 1)"))).otherwise(raw)
    well_formed = text.rlike(number_pattern(scale_of(column) or 0, decimal_sign, grouping))
    if grouping:
        text = F.replace(text, F.lit(grouping), F.lit(""))
    if decimal_sign != ".":
        text = F.replace(text, F.lit(decimal_sign), F.lit("."))
    return F.when(well_formed, text.try_cast(column.type))


def number_pattern(scale: int, decimal_sign: str, grouping: str | None) -> str:
    whole = rf"(\d+|\d{{1,3}}({re.escape(grouping)}\d{{3}})+)" if grouping else r"\d+"
    if scale == 0:
        return rf"^[+-]?{whole}\z"
    sign = re.escape(decimal_sign)
    return rf"^[+-]?({whole}({sign}\d{{0,{scale}}}0*)?|{sign}\d{{1,{scale}}}0*)\z"
