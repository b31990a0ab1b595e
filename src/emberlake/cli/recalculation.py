"""Commands that recalculate under approval: plan, approve, refuse, list, show."""

from decimal import Decimal
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from emberlake.cli.application import LakehouseOption, LandingOption, app, console, opened, plain_errors
from emberlake.cli.work import land_files, say_landed, say_run

recalculation_app = typer.Typer(help="Changed numbers: planned, approved by somebody, posted exactly so.", no_args_is_help=True)
app.add_typer(recalculation_app, name="recalculation")

PlanArgument = Annotated[str, typer.Argument(help="Id of a plan, or its first eight characters.")]
NameOption = Annotated[str, typer.Option(help="Who decides.")]
ReasonOption = Annotated[str, typer.Option(help="Why.")]
LINES_SHOWN = 40


@recalculation_app.command("plan")
def plan_command(lakehouse: LakehouseOption = None, landing: LandingOption = None) -> None:
    """Land what is new, and say what a run would post: rows, periods, materials, kgCO2e before and after. Nothing is posted."""
    with plain_errors():
        from emberlake.runtime.recalculation.planning import propose

        house = opened(lakehouse, landing)
        say_landed(land_files(house))
        with console.status("starting Spark") as status:
            plan = propose(house, lambda words: status.update(escape(words)))
        if plan is None:
            console.print("No ledger would be built; there is nothing to approve.")
        else:
            say_plan(house, plan)
            console.print(f"Nothing was posted. To post it: emberlake recalculation approve {plan.plan_id[:8]} --name NAME --reason REASON", highlight=False)


@recalculation_app.command()
def approve(plan_id: PlanArgument, name: NameOption, reason: ReasonOption, lakehouse: LakehouseOption = None) -> None:
    """Post what a plan shows, and release it; refused where anything moved since the plan was made."""
    with plain_errors():
        from emberlake.runtime.recalculation.posting import approve as post

        house = opened(lakehouse)
        with console.status("starting Spark") as status:
            done = post(house, plan_id, name, reason, lambda words: status.update(escape(words)))
        say_run(house, done)


@recalculation_app.command()
def refuse(plan_id: PlanArgument, name: NameOption, reason: ReasonOption, lakehouse: LakehouseOption = None) -> None:
    """Enter that a plan is not wanted. What it waits for goes on waiting until another plan is approved."""
    with plain_errors():
        from emberlake.runtime.recalculation.posting import refuse as turn_down

        turn_down(opened(lakehouse), plan_id, name, reason)
        console.print("refused; what waits goes on waiting")


@recalculation_app.command("list")
def list_command(lakehouse: LakehouseOption = None) -> None:
    """Every plan, the latest first, and what became of it."""
    with plain_errors():
        from emberlake.ask.render import listing
        from emberlake.runtime.recalculation.plans import states

        console.print(listing(states(opened(lakehouse).books), "plans"))


@recalculation_app.command("show")
def show_command(plan_id: PlanArgument, lakehouse: LakehouseOption = None, full: Annotated[bool, typer.Option(help="Every line.")] = False) -> None:
    """A plan: causes, and what it changes by period and material."""
    with plain_errors():
        from emberlake.runtime.recalculation.plans import plan_named

        house = opened(lakehouse)
        say_plan(house, plan_named(house.books, plan_id), None if full else LINES_SHOWN)


def say_plan(house: Any, plan: Any, most: int | None = LINES_SHOWN) -> None:
    """Print a plan, its largest differences first."""
    from emberlake.runtime.recalculation.plans import changes_of, difference

    rows = changes_of(house.books, plan.plan_id)
    table = Table("period", "scope", "material", "taken back", "posted", "old kgCO2e", "new kgCO2e", "difference", box=None, title=f"plan {plan.plan_id}")
    for row in rows[:most]:
        counts = (f"{row['reversed_count']:,}", f"{row['posted_count']:,}")
        material = escape(" ".join(filter(None, (row["material_id"], row["material_name"]))))
        table.add_row(row["period"], row["scope"], material, *counts, amount(row["old_kgco2e"]), amount(row["new_kgco2e"]), amount(difference(row)))
    console.print(table, highlight=False)
    if len(rows) > len(rows[:most]):
        console.print(f"and {len(rows) - len(rows[:most]):,} more lines: emberlake recalculation show {plan.plan_id[:8]} --full", highlight=False)
    whole = {"old_kgco2e": plan.old_kgco2e, "new_kgco2e": plan.new_kgco2e}
    console.print(f"{plan.reversed_count:,} postings taken back, {plan.posted_count:,} posted; {amount(plan.old_kgco2e)} → {amount(plan.new_kgco2e)} kgCO2e")
    console.print(f"difference {amount(difference(whole))} kgCO2e, because of {escape(', '.join(plan.causes) or 'nothing that moved')}", highlight=False)


def amount(value: Decimal | None) -> str:
    """All digits that say something; nothing where there is no number."""
    if value is None:
        return ""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
