"""The Great Expectations suite that a contract implies, as plain JSON: rendered, committed, and compared in the check.

Row rules are judged row by row while a table is written; a suite holds the finished table to what only the whole can show.
"""

from typing import Any

from emberlake.contracts.model import Contract
from emberlake.names import short_name


def suite(contract: Contract) -> dict[str, Any]:
    """{"name", "expectations": [{"type", "kwargs", "meta"}]}, in a fixed order."""
    return {"name": contract.name, "expectations": [*shape(contract), *keys(contract), *references(contract), *own(contract)]}


def shape(contract: Contract) -> list[dict[str, Any]]:
    columns = [c.name for c in contract.columns]
    return [
        expectation(
            "expect_table_columns_to_match_set",
            {"column_set": columns, "exact_match": True},
            f"{contract.name}.columns",
            "The table has the contract's columns.",
        ),
        expectation("expect_table_row_count_to_be_between", {"min_value": 1}, f"{contract.name}.rows", "The table is not empty.", "warn"),
    ]


def keys(contract: Contract) -> list[dict[str, Any]]:
    if contract.layer == "bronze" or not contract.key:
        return []
    listed = ", ".join(f"`{k}`" for k in contract.key)
    query = f"select {listed}, count(*) as n from {{batch}} group by {listed} having count(*) > 1"
    not_null = [
        expectation("expect_column_values_to_not_be_null", {"column": k}, f"{contract.name}.{k}.not_null", f"{k} is part of the key and never empty.")
        for k in contract.key
    ]
    return [*not_null, rows_expectation(query, f"{contract.name}.key", f"Each {', '.join(contract.key)} stands once.")]


def references(contract: Contract) -> list[dict[str, Any]]:
    found = []
    for column in contract.columns:
        if column.references:
            table, key = column.references.rsplit(".", 1)
            view = view_name(table)
            query = f"select b.`{column.name}` from {{batch}} b left anti join {view} r on b.`{column.name}` = r.`{key}` where b.`{column.name}` is not null"
            found.append(rows_expectation(query, f"{contract.name}.{column.name}.reference", f"Each {column.name} stands in {table}."))
    return found


def own(contract: Contract) -> list[dict[str, Any]]:
    return [rows_expectation(e.query.replace("${object}", "{batch}"), e.id, e.message, e.severity) for e in contract.expectations]


def rows_expectation(query: str, id_: str, words: str, severity: str = "reject") -> dict[str, Any]:
    return expectation("unexpected_rows_expectation", {"unexpected_rows_query": query}, id_, words, severity)


def expectation(kind: str, kwargs: dict[str, Any], id_: str, words: str, severity: str = "reject") -> dict[str, Any]:
    return {"type": kind, "kwargs": kwargs, "meta": {"id": id_, "severity": severity, "message": words}}


def view_name(table: str) -> str:
    """Name under which a referenced table is visible to a suite's queries."""
    return f"emberlake_{table.split('.', 1)[0]}_{short_name(table)}"
