"""Commands that ask what stands and what happened: tables, runs, rows that wait."""

from typing import Annotated, Any

import typer

from emberlake.cli.application import LakehouseOption, app, console, opened, plain_errors

quarantine_app = typer.Typer(help="Rows that wait for their owner.", no_args_is_help=True)
app.add_typer(quarantine_app, name="quarantine")


def say_account(house: Any, run_id: str) -> None:
    """Print where every row of a run ended, and its control totals."""
    from emberlake.ask.listing import account_listing, control_totals
    from emberlake.ask.render import listing
    from emberlake.tables import Tables

    lines = account_listing(Tables(house.settings.lakehouse), run_id)
    console.print(listing(lines, f"run {run_id}"), listing(control_totals(lines), "control totals"))


@app.command()
def tables(lakehouse: LakehouseOption = None) -> None:
    """Each table: rows, versions, when it was built, what waits in quarantine."""
    with plain_errors():
        from emberlake.ask.listing import tables_listing
        from emberlake.ask.render import listing
        from emberlake.tables import Tables

        console.print(listing(tables_listing(Tables(opened(lakehouse).settings.lakehouse)), "tables"))


@app.command()
def runs(
    run_id: Annotated[str | None, typer.Argument(help="Show the account of this run, row by row of the funnel.")] = None, lakehouse: LakehouseOption = None
) -> None:
    """Runs and how they ended; with an id the account of one: what came in and where every row ended."""
    with plain_errors():
        from emberlake.ask.listing import runs_listing
        from emberlake.ask.render import listing
        from emberlake.tables import Tables

        house = opened(lakehouse)
        if run_id:
            say_account(house, run_id)
        else:
            console.print(listing(runs_listing(Tables(house.settings.lakehouse)), "runs"))


@quarantine_app.command("list")
def quarantine_list(table: Annotated[str | None, typer.Argument()] = None, lakehouse: LakehouseOption = None) -> None:
    """Open rows, with rule, message, file and line."""
    with plain_errors():
        from emberlake.ask.listing import quarantine_listing
        from emberlake.ask.render import listing
        from emberlake.tables import Tables

        console.print(listing(quarantine_listing(Tables(opened(lakehouse).settings.lakehouse), table), "open rows"))


@quarantine_app.command("fix")
def quarantine_fix(
    row_id: Annotated[str, typer.Argument(help="The row_id that `quarantine list` shows.")],
    author: Annotated[str, typer.Option(help="Who corrects.")],
    reason: Annotated[str, typer.Option(help="Why this is right.")],
    set_: Annotated[list[str], typer.Option("--set", help="Column=value, in the source's own column name and notation; repeat for more.")],
    lakehouse: LakehouseOption = None,
) -> None:
    """Correct a row by a new bronze row that names the one it replaces; the next run takes it in."""
    with plain_errors():
        from emberlake.runtime.fixes import fix

        values = dict(pair.split("=", 1) for pair in set_)
        table = fix(opened(lakehouse), row_id, values, author, reason)
        console.print(f"landed as a fix of {table}; `emberlake run` takes it in")
