"""Commands for those who write contracts."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from emberlake.cli.application import app, console, plain_errors

contracts_app = typer.Typer(help="What the tables are.", no_args_is_help=True)
app.add_typer(contracts_app, name="contracts")


@contracts_app.command("check")
def contracts_check(root: Annotated[Path, typer.Option(help="Checkout to compare rendered files in.")] = Path()) -> None:
    """Read every contract, follow the graph, and compare what is rendered with what is committed."""
    with plain_errors():
        from emberlake.contracts.check import check
        from emberlake.contracts.load import load_all
        from emberlake.runtime.settings import Settings

        contracts = load_all(Settings.from_environment().schemas)
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
        from emberlake.runtime.settings import Settings

        console.print(f"{write(root, load_all(Settings.from_environment().schemas))} files changed")
