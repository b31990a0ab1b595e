"""The command that proves what stands: reconcile."""

from collections import defaultdict
from decimal import Decimal
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from emberlake.cli.application import LakehouseOption, app, console, opened, plain_errors


@app.command()
def reconcile(
    lakehouse: LakehouseOption = None,
    first: Annotated[str | None, typer.Option("--from", help="First month (YYYY-MM) of the window; the oldest that stands if only --to is given.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last month of the window; the newest that stands if only --from is given.")] = None,
    dry_run: Annotated[bool, typer.Option(help="Say what differs, and repair nothing.")] = False,
) -> None:
    """Compute everything anew, or a window of months, compare it with what stands, and repair what differs, each key with its cause."""
    with plain_errors():
        from emberlake.runtime.reconciliation.reconcile import reconcile as prove_and_repair
        from emberlake.runtime.reconciliation.window import window_of

        house = opened(lakehouse)
        window = window_of(house, first, last)
        with console.status("starting Spark") as status:
            done = prove_and_repair(house, window, not dry_run, lambda words: status.update(escape(words)))
        say_found(done)


def say_found(done: Any) -> None:
    """What differed by table and cause, with the difference in kgCO2e; and what became of it."""
    if not done.findings:
        console.print(f"{done.window}: what stands is what a computation of everything says; nothing was written")
        return
    drawn = Table("table", "cause", box=None)
    drawn.add_column("keys", justify="right")
    drawn.add_column("kgCO2e", justify="right")
    for (table, cause), (keys, carbon) in sums(done.findings).items():
        drawn.add_row(escape(table), escape(cause), f"{keys:,}", "" if carbon is None else f"{carbon:+,f}")
    console.print(drawn)
    if not done.repair_run_id:
        console.print(f"{done.window}: {len(done.findings)} keys differ; nothing was repaired")
        return
    console.print(f"{done.window}: {len(done.findings)} keys differed and were repaired by run {done.repair_run_id}; each key is listed by")
    console.print(f"emberlake query \"select * from audit.reconciliation where run_id = '{done.run_id}'\"", soft_wrap=True, highlight=False)


def sums(findings: tuple[Any, ...]) -> dict[tuple[str, str], tuple[int, Decimal | None]]:
    """(table, cause) → keys, and the difference of emissions in kgCO2e, None where none has a number."""
    from emberlake.carbon.sums import exact_sum

    found: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for finding in findings:
        found[finding.table, finding.cause].append(finding.kgco2e_difference)
    return {at: (len(differences), exact_sum(differences)) for at, differences in found.items()}
