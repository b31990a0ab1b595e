"""Commands that ask for numbers: show, query, explain."""

import json
from typing import Annotated

import typer

from emberlake.cli.application import LakehouseOption, app, console, opened, plain_errors


@app.command()
def show(
    table: str,
    lakehouse: LakehouseOption = None,
    as_of: Annotated[str | None, typer.Option(help="A time (UTC), run or release.")] = None,
    limit: int = 40,
    full: Annotated[bool, typer.Option(help="All digits.")] = False,
) -> None:
    """The rows of a table as released."""
    with plain_errors():
        from emberlake.ask.render import table as laid_out
        from emberlake.tables import Tables

        opened_tables = Tables(opened(lakehouse).settings.lakehouse)
        console.print(laid_out(opened_tables.show(table, as_of=as_of, limit=limit), table, opened_tables.contract(table), full, console.width))


@app.command()
def query(
    sql: str,
    lakehouse: LakehouseOption = None,
    as_of: Annotated[str | None, typer.Option(help="A time (UTC), run or release.")] = None,
    full: Annotated[bool, typer.Option(help="All digits.")] = True,
    plain: Annotated[bool, typer.Option(help="Values alone, separated by tabs: for programs.")] = False,
) -> None:
    """Ask in SQL, of the release in force or of an earlier one."""
    with plain_errors():
        from emberlake.ask.render import table as laid_out
        from emberlake.tables import Tables

        answer = Tables(opened(lakehouse).settings.lakehouse).query(sql, as_of=as_of)
        if plain:
            for row in answer.to_pylist():
                typer.echo("\t".join("" if value is None else str(value) for value in row.values()))
        else:
            console.print(laid_out(answer, "answer", full=full, width=console.width))


@app.command()
def explain(
    what: Annotated[str, typer.Argument(help="An emission_id or an inventory_id.")],
    lakehouse: LakehouseOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Walk back from a number to the line of the extract it came from."""
    with plain_errors():
        from emberlake.ask.explain import explain_cell, explain_emission
        from emberlake.ask.tree import cell_tree, explanation_tree
        from emberlake.tables import Tables

        opened_tables = Tables(opened(lakehouse).settings.lakehouse)
        if opened_tables.query("select 1 from gold.inventory where inventory_id = ?", parameters=[what]).num_rows:
            cell = explain_cell(opened_tables, what)
            printed, told = cell.to_dict(), cell_tree(cell)
        else:
            emission = explain_emission(opened_tables, what)
            printed, told = emission.to_dict(), explanation_tree(emission)
        if as_json:
            typer.echo(json.dumps(printed, indent=1, ensure_ascii=False))
        else:
            console.print(told)
