"""What every command shares: the application, its options, and how errors and answers look."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from emberlake.errors import EmberlakeError

app = typer.Typer(
    help="An open carbon lakehouse: raw extracts in, emissions that explain themselves out.", no_args_is_help=True, pretty_exceptions_enable=False
)
console = Console(width=shutil.get_terminal_size((132, 50)).columns)

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
    """The lakehouse that the options or the environment name."""
    from emberlake.runtime.lakehouse import Lakehouse
    from emberlake.runtime.settings import Settings

    return Lakehouse(Settings.from_environment(lakehouse, landing))
