"""Spark types as the JSON that Spark and Delta both read; made without a session.

Shapes: a contract becomes {"type": "struct", "fields": [...]}, the serialised form of a StructType.
"""

import re
from typing import Any

from emberlake.contracts.model import Column, Contract, ContractError

PLAIN = {"string", "date", "timestamp", "boolean", "int", "bigint"}
JSON_NAME = {"int": "integer", "bigint": "long"}


def type_json(spark_type: str) -> Any:
    """`array<struct<a:string>>` → its JSON; raises ContractError for a type outside the subset."""
    text = spark_type.strip()
    if text in PLAIN:
        return JSON_NAME.get(text, text)
    if re.fullmatch(r"decimal\(\d{1,2},\d{1,2}\)", text):
        return text
    if inner := re.fullmatch(r"array<(.+)>", text):
        return {"type": "array", "elementType": type_json(inner[1]), "containsNull": True}
    if inner := re.fullmatch(r"struct<(.+)>", text):
        pairs = [part.split(":", 1) for part in split_outside(inner[1])]
        return {"type": "struct", "fields": [field_json(name.strip(), kind, True) for name, kind in pairs]}
    raise ContractError(f"type {spark_type!r} is outside the subset: {sorted(PLAIN)}, decimal(p,s), array<…>, struct<…>")


def split_outside(text: str) -> list[str]:
    """Split at commas that lie outside brackets."""
    parts, depth, start = [], 0, 0
    for at, sign in enumerate(text):
        depth += (sign in "<(") - (sign in ">)")
        if sign == "," and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]


def field_json(name: str, spark_type: str, nullable: bool, description: str = "") -> dict[str, Any]:
    """A column as a field of a serialised StructType, its description as comment."""
    metadata = {"comment": description} if description else {}
    return {"name": name, "type": type_json(spark_type), "nullable": nullable, "metadata": metadata}


def struct_json(contract: Contract) -> dict[str, Any]:
    """The table's StructType as JSON, columns in the contract's order."""
    always = {*contract.key, *(c.name for c in contract.columns if c.technical)}  # of a deleted row a log may tell the key alone
    needed = [c.required and (contract.delivery != "log" or c.name in always) for c in contract.columns]
    fields = [field_json(c.name, c.type, not needed[at], c.description) for at, c in enumerate(contract.columns)]
    return {"type": "struct", "fields": fields}


def scale_of(column: Column) -> int | None:
    """Digits after the point of a decimal column; None for other types."""
    match = re.fullmatch(r"decimal\(\d+,(\d+)\)", column.type)
    return int(match[1]) if match else None
