"""The command line: one verb a line, and what it says is meant for people."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from emberlake.errors import EmberlakeError

app = typer.Typer(
    help="An open carbon lakehouse: raw extracts in, emissions that explain themselves out.", no_args_is_help=True, pretty_exceptions_enable=False
)
contracts_app = typer.Typer(help="What the tables are.", no_args_is_help=True)
quarantine_app = typer.Typer(help="Rows that wait for their owner.", no_args_is_help=True)
app.add_typer(contracts_app, name="contracts")
app.add_typer(quarantine_app, name="quarantine")
console = Console(width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else 132)

LakehouseOption = Annotated[Path | None, typer.Option("--lakehouse", help="Folder of the lakehouse; or EMBERLAKE_LAKEHOUSE.")]
LandingOption = Annotated[Path | None, typer.Option("--landing", help="Folder that extracts are delivered to; or EMBERLAKE_LANDING.")]


@contextmanager
def plain_errors() -> Iterator[None]:
    """What the user can mend is told in a sentence, not in a stack trace."""
    try:
        yield
    except EmberlakeError as error:
        Console(stderr=True).print(f"[red]emberlake:[/red] {escape(str(error))}", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from error


def opened(lakehouse: Path | None, landing: Path | None = None) -> Any:
    from emberlake.runtime.lakehouse import Lakehouse
    from emberlake.runtime.settings import Settings

    return Lakehouse(Settings.from_environment(lakehouse, landing))


@app.command()
def sample(landing: LandingOption = None, scale: int = 1, seed: int = 2025) -> None:
    """Write the extracts of the sample company into the landing folder."""
    from emberlake.runtime.settings import Settings
    from emberlake.sample import make

    folder = Settings.from_environment(landing=landing).landing
    manifest = make(folder, scale=scale, seed=seed)
    console.print(f"{len(manifest.files)} extracts of the sample company in {folder}; every bad row is listed in {folder / '_manifest' / 'sample.json'}")


@app.command()
def land(lakehouse: LakehouseOption = None, landing: LandingOption = None) -> None:
    """Take in the extracts that are new in the landing folder; the same file twice is a no-op."""
    with plain_errors():
        say_landed(land_files(opened(lakehouse, landing)))


def land_files(house: Any) -> Any:
    from emberlake.runtime.landing import land as land_all

    with console.status("landing") as status:
        return land_all(house, lambda words: status.update(escape(words)))


def say_landed(landed: Any) -> None:
    console.print(f"landed {len(landed.landed)} new files, {landed.known_count} were known, {len(landed.refused)} refused")
    for row in landed.refused:
        console.print(f"  [red]refused[/red] {escape(row['file_name'])}: {escape(row['message'])}", highlight=False)
    for row in landed.landed:
        if row.get("message"):
            console.print(f"  [yellow]note[/yellow] {escape(row['file_name'])}: {escape(row['message'])}", highlight=False)
    for name in landed.unclaimed:
        console.print(f"  [yellow]unclaimed[/yellow] {escape(name)}: no contract's path matches it; add a bronze contract or remove the file", highlight=False)


@app.command()
def run(
    tables: Annotated[list[str] | None, typer.Argument(help="Tables to build; all if none is named.")] = None,
    lakehouse: LakehouseOption = None,
    landing: LandingOption = None,
    period: Annotated[str | None, typer.Option(help="One month (YYYY-MM) of tables that have periods.")] = None,
    again: Annotated[bool, typer.Option(help="Build also what seems up to date.")] = False,
    dry_run: Annotated[bool, typer.Option(help="Say what would be done, and why.")] = False,
) -> None:
    """Land what is new, build what needs it, judge it, and release it."""
    with plain_errors():
        from emberlake.runtime.run import Selection

        house = opened(lakehouse, landing)
        selection = Selection(tuple(tables or ()), period, again)
        if dry_run:
            say_plan(house, selection)
            return
        if not tables:
            say_landed(land_files(house))
        say_run(house, run_with_progress(house, selection))


def run_with_progress(house: Any, selection: Any) -> Any:
    from emberlake.runtime.run import run as run_all

    with console.status("starting Spark") as status:
        return run_all(house, selection, lambda words: status.update(escape(words)))


def say_plan(house: Any, selection: Any) -> None:
    from emberlake.runtime.landing import find
    from emberlake.runtime.run import plan

    files, unclaimed = find(house)
    known = {row["file_name"] for row in house.books.read("landing")}
    fresh = [f.name for f in files if f.name not in known]
    console.print(f"landing folder: {len(fresh)} files of new name, {len(files) - len(fresh)} known by name, {len(unclaimed)} unclaimed")
    table = Table("table", "would be built because", "or stays because", box=None)
    for at in plan(house, selection):
        table.add_row(at.feed.job, at.cause or "", at.reason)
    console.print(table)
    console.print("Tables below a table that is built are built too when it changes. Nothing was done.")


def say_run(house: Any, done: Any) -> None:
    if done.accounts:
        say_account(house, done.run_id)
    warned = [v for v in done.verdicts if not v["is_success"]]
    console.print(f"{len(done.accounts)} built, {len(done.skipped)} left as they are; {len(done.verdicts)} expectations judged, {len(warned)} with a warning")
    for verdict in warned:
        console.print(f"  [yellow]warning[/yellow] {verdict['table_name']}: {escape(verdict['message'])}", highlight=False)
    console.print(f"release {done.release_id}" if done.release_id else "nothing new to release; the release in force stands")


def say_account(house: Any, run_id: str) -> None:
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


@contracts_app.command("check")
def contracts_check(root: Annotated[Path, typer.Option(help="Checkout to compare rendered files in.")] = Path()) -> None:
    """Read every contract, follow the graph, and compare what is rendered with what is committed."""
    with plain_errors():
        from emberlake.contracts.check import check
        from emberlake.contracts.load import load_all

        contracts = load_all()
        problems = check(root, contracts)
        for problem in problems:
            console.print(f"[red]✗[/red] {escape(problem)}", highlight=False, soft_wrap=True)
        if problems:
            raise typer.Exit(1)
        console.print(f"{len(contracts)} contracts stand; suites and docs pages agree with them")


@contracts_app.command("render")
def contracts_render(root: Annotated[Path, typer.Option(help="Checkout to write into.")] = Path()) -> None:
    """Write suites and docs pages anew from the contracts."""
    with plain_errors():
        from emberlake.contracts.load import load_all
        from emberlake.contracts.render import write

        console.print(f"{write(root, load_all())} files changed")


if __name__ == "__main__":
    app()
