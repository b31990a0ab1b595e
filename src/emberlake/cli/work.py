"""Commands that work: make the sample company, land, run, and say beforehand what a run would do."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from emberlake.cli.application import LakehouseOption, LandingOption, app, console, opened, plain_errors
from emberlake.cli.books import say_account
from emberlake.errors import EmberlakeError


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
    """Take in the extracts that are new in the landing folder, and messages of topics; the same file twice is a no-op."""
    with plain_errors():
        landed = land_files(opened(lakehouse, landing))
        say_landed(landed)
        raise_outages(landed)


def land_files(house: Any) -> Any:
    """What landing saw, told while it goes on."""
    from emberlake.runtime.landing import land as land_all

    with console.status("landing") as status:
        return land_all(house, lambda words: status.update(escape(words)))


def raise_outages(landed: Any) -> None:
    """After all that could be done was done: an outage is the command's error."""
    from emberlake.runtime.messages.outage import raise_together

    raise_together(landed.outages)


def say_landed(landed: Any) -> None:
    """Print what landed, what waits, what was refused and why, and what nobody claims."""
    console.print(f"landed {len(landed.landed)} new files, {landed.known_count} were known, {len(landed.refused)} refused")
    for lag in landed.lags:
        console.print(f"  [yellow]waits[/yellow] {escape(lag.words)}", highlight=False)
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
    known_at: Annotated[str | None, typer.Option(help="Build what could be known at a time (UTC), in the folder that --into names.")] = None,
    into: Annotated[Path | None, typer.Option(help="Empty folder for the lakehouse of --known-at.")] = None,
) -> None:
    """Land what is new, build what needs it, judge it, and release it."""
    with plain_errors():
        from emberlake.runtime.run import Selection

        house = opened(lakehouse, landing)
        if known_at or into:
            earlier = house_known_at(house, known_at, into)
            say_run(earlier, run_with_progress(earlier, Selection(tuple(tables or ()))))
            return
        selection = Selection(tuple(tables or ()), period, again)
        if dry_run:
            say_plan(house, selection)
            return
        landed = None if tables else land_files(house)
        if landed:
            say_landed(landed)
        say_run(house, run_with_progress(house, selection))
        if landed:
            raise_outages(landed)


def house_known_at(house: Any, known_at: str | None, into: Path | None) -> Any:
    from emberlake.runtime.known_at import known_at as house_of
    from emberlake.tables.as_of import moment_of

    moment = moment_of(known_at) if known_at else None
    if moment is None or into is None:
        raise EmberlakeError("--known-at wants a time (2025-12-31, 2025-12-31T18:00, in UTC), and --into an empty folder for what is built")
    return house_of(house, moment, into)


def run_with_progress(house: Any, selection: Any) -> Any:
    from emberlake.runtime.run import run as run_all

    with console.status("starting Spark") as status:
        return run_all(house, selection, lambda words: status.update(escape(words)))


@app.command("plan")
def plan_command(
    tables: Annotated[list[str] | None, typer.Argument(help="Tables to ask about; all if none is named.")] = None,
    lakehouse: LakehouseOption = None,
    landing: LandingOption = None,
) -> None:
    """Say which tables a run would build, from where on, how many groups of rows, and why."""
    with plain_errors():
        from emberlake.runtime.run import Selection

        say_plan(opened(lakehouse, landing), Selection(tuple(tables or ())))


def say_plan(house: Any, selection: Any) -> None:
    from emberlake.runtime.landing.folder import find
    from emberlake.runtime.preview import preview

    files, unclaimed = find(house)
    known = {row["file_name"] for row in house.books.read("landing")}
    fresh = [f.name for f in files if f.name not in known]
    console.print(f"landing folder: {len(fresh)} files of new name, {len(files) - len(fresh)} known by name, {len(unclaimed)} unclaimed")
    table = Table("table", "scope", "groups", "why", box=None)
    for at in preview(house, selection):
        table.add_row(at.job, at.scope, "" if at.group_count is None else f"{at.group_count:,}", escape(at.why))
    console.print(table)
    console.print("Nothing was done.")


def say_run(house: Any, done: Any) -> None:
    """Print what a run built, what waits, and what it released."""
    from emberlake.runtime.recalculation.waiting import WAITS

    if done.accounts:
        say_account(house, done.run_id)
    warned = [v for v in done.verdicts if not v["is_success"]]
    console.print(f"{len(done.accounts)} built, {len(done.skipped)} left as they are; {len(done.verdicts)} expectations judged, {len(warned)} with a warning")
    for verdict in warned:
        console.print(f"  [yellow]warning[/yellow] {verdict['table_name']}: {escape(verdict['message'])}", highlight=False)
    for job, reason in done.skipped.items():
        if reason.startswith(WAITS):
            console.print(f"  [yellow]waits[/yellow] {escape(job)} {escape(reason)}", highlight=False)
    console.print(f"release {done.release_id}" if done.release_id else "nothing new to release; the release in force stands")
