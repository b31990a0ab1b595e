"""An explanation as a tree: from the number down to the line of the extract, one step of the code a level."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from rich.markup import escape
from rich.tree import Tree

from emberlake.ask.builds import BuildStep
from emberlake.ask.cell import CellExplanation
from emberlake.ask.explanation import Explanation, Rejected
from emberlake.ask.kept_copy import Record
from emberlake.ask.recompute import recompute
from emberlake.ask.render import cell, number
from emberlake.ask.steps import digits

REJECTED_SHOWN = 5
CODE = {"mass": "src/emberlake/carbon/mass.py", "money": "src/emberlake/carbon/money.py"}


def explanation_tree(explained: Explanation, full: bool = False) -> Tree:
    """The steps as they are in the code; `full` shows every rejected candidate and every column of the source."""
    emission = explained.emission
    top = Tree(f"[bold]{escape(result(explained))}[/bold]  {escape(emission['emission_id'])}")
    lines(top, emission_lines(explained), code_of(explained, "gold.emission"))
    factor_branch(top, explained, full)
    what = f"{emission['category_name']}, {emission['method'] or 'no method'}"
    activity = step(top, f"activity {emission['activity_id']}: {what}", code_of(explained, "gold.activity"))
    lines(activity, mapping_lines(explained))
    receipt = explained.goods_receipt
    goods = step(activity, f"goods receipt {receipt['goods_receipt_id']} of {receipt['posting_date']}", code_of(explained, "silver.goods_receipt"))
    lines(goods, [
        f"{receipt['material_name']} ({receipt['material_id']}, group {receipt['material_group_code'] or 'none'})",
        f"from {receipt['supplier_name']}, {receipt['supplier_country_code']} ({receipt['supplier_id']}) "
        f"to {receipt['plant_name']} ({receipt['plant_id']})",
    ])  # fmt: skip
    mass = step(goods, f"mass: {explained.mass.words}", CODE["mass"])
    lines(mass, [f"{name} from {explained.origins[name]}" for name in ("material",) if name in explained.origins])
    money = step(goods, f"money: {explained.money.words}", CODE["money"])
    lines(money, (f"{rate.currency_code} published {rate.published_date}, {rate.source}, {rate.source_locator}" for rate in explained.money.rates))
    source_branch(goods, explained, full)
    builds_branch(top, explained, full)
    return top


def result(explained: Explanation) -> str:
    if explained.missing:
        return f"no number: {explained.missing.reason}"
    return f"{number(explained.emission['kgco2e'], full=True)} kgco2e"


def emission_lines(explained: Explanation) -> Iterator[str]:
    emission = explained.emission
    if explained.missing:
        yield f"why: {explained.missing.words}"
        yield f"what would help: {explained.missing.needed}"
    else:
        again = recompute(explained.to_dict())
        yield f"formula: {explained.formula}"
        yield f"recomputed from this explanation alone: {digits(again)} kgco2e, {'equal' if again == emission['kgco2e'] else 'NOT EQUAL'}"
    yield f"gas {emission['gas']}, basis {emission['basis']}, known since {cell(explained.known_at)}, in {explained.release}"
    for posting in explained.history if len(explained.history) > 1 else ():
        did = "posted" if posting.weight == 1 else f"took back {posting.reverses}"
        what = posting.reason or f"{digits(posting.kgco2e)} kgco2e"
        approved = f", plan {posting.plan_id} approved by {posting.approved_by}: {posting.approved_because}" if posting.plan_id else ""
        yield f"run {posting.run_id} {did}: {what} ({posting.posting_id}, version {posting.table_version}{approved})"


def factor_branch(top: Tree, explained: Explanation, full: bool) -> None:
    question, factor = explained.question, explained.factor
    if question is None:
        step(top, "no question was put to the factors, because the activity gives none", code_of(explained, "gold.factor_choice"))
        return
    asked = f"{question['activity_code']} per {question['activity_unit_code']} in {question['geography_code']} on {question['activity_date']}"
    branch = step(top, f"question: {asked}", code_of(explained, "gold.factor_choice"))
    if factor:
        worth = f"{digits(factor['kgco2e_per_unit'])} kgco2e/{factor['per_unit_code']}"
        chosen = step(branch, f"factor {factor['factor_id']}: {worth}", code_of(explained, "silver.emission_factor"))
        until = f"to {factor['valid_to_date']}" if factor["valid_to_date"] else "until it is replaced"
        lines(chosen, [
            f"{factor['activity_name']}, {factor['geography_code']}, {factor['boundary']}, GWP {factor['gwp_set']}",
            f"published as {digits(factor['published_value'])} {factor['published_unit']}; valid from {factor['valid_from_date']} {until}",
            f"{factor['source']}, {factor['source_locator']}, release {factor['release']}, licence {factor['licence']}",
            f"read from {explained.origins['factor']}",
            f"why this one: {explained.why_factor}",
        ])  # fmt: skip
    shown = explained.rejected if full else explained.rejected[:REJECTED_SHOWN]
    lines(branch, map(rejected_line, shown))
    if len(explained.rejected) > len(shown):
        lines(branch, [f"and {len(explained.rejected) - len(shown)} more rejected candidates (--full)"])


def rejected_line(rejected: Rejected) -> str:
    return f"rejected {rejected.factor_id} ({rejected.activity_name}, {rejected.geography_code}, {rejected.release}): {rejected.words}"


def mapping_lines(explained: Explanation) -> Iterator[str]:
    mapping, activity = explained.mapping, explained.activity
    if mapping is None:
        yield f"no mapping is in force for material group {activity['material_group_code'] or 'none'}"
        return
    yield f"mapping {mapping['factor_mapping_id']}: group {mapping['material_group_code']} is {mapping['activity_code']}, {mapping['method']}"
    yield f"because: {mapping['label']} ({mapping['decided_by']}, {mapping['decided_date']}; {explained.origins['mapping']})"


def source_branch(parent: Tree, explained: Explanation, full: bool) -> None:
    source, record = explained.source, explained.source.record
    row = step(parent, f"{source.table_name} row {record.row_id[:16]}…:{record.record}", f"{record.extract.file_name}, line {record.line}")
    if full:
        lines(row, (f"{name} = {cell(value, full=True)}" for name, value in source.row.items()))
    record_lines(row, record)


def record_lines(parent: Tree, record: Record) -> None:
    extract = record.extract
    lines(parent, [f"landed {cell(extract.landed_at)}, SHA-256 {extract.file_hash[:16]}…, kept as {extract.kept_copy}", *record.text.splitlines()])
    if record.fix and record.corrected:
        place = f"{record.corrected.extract.file_name}, line {record.corrected.line}"
        fixed = step(parent, f"a correction by {record.fix.author}: {record.fix.reason}; in place of", place)
        record_lines(fixed, record.corrected)


def builds_branch(top: Tree, explained: Explanation, full: bool) -> None:
    """The builds that made what was read, by run; with `full` each with its version and fingerprint."""
    runs: dict[str, list[BuildStep]] = {}
    for build in sorted(explained.builds, key=lambda build: build.finished_at, reverse=True):
        runs.setdefault(build.run_id, []).append(build)
    branch = step(top, f"{len(explained.builds)} builds of {len(runs)} runs made the table versions that were read")
    for run_id, builds in runs.items():
        names = ", ".join(f"{build.table_name}@{build.table_version}" for build in builds)
        run = step(branch, f"run {run_id}: {names}")
        lines(run, (f"{b.table_name} of {cell(b.finished_at)}, {b.cause}, fingerprint {b.fingerprint}" for b in builds if full))


def cell_tree(explained: CellExplanation, full: bool = False) -> Tree:
    """A cell with what it covers, the largest emissions behind it, and its factors and reasons."""
    found = explained.cell
    amount = f"{number(found['kgco2e'], full=True)} kgco2e" if found["kgco2e"] is not None else "no number"
    top = Tree(f"[bold]{escape(amount)}[/bold]  {escape(found['inventory_id'])}")
    lines(top, [
        f"{explained.emission_count:,} emissions of {explained.activity_count:,} activities add up to it, to the last digit",
        f"covered: {share(found['coverage_rows_pct'])} of activities, {share(found['coverage_mass_pct'])} of mass, "
        f"{share(found['coverage_spend_pct'])} of spend",
        f"mass {cell(found['mass_kg'])} kg, spend {cell(found['spend_eur'])} EUR, in {explained.release}",
    ], explained.builds[0].code)  # fmt: skip
    factors = step(top, f"by factor ({len(explained.by_factor)})", explained.builds[1].code)
    lines(factors, (
        f"{cell(row['kgco2e'], full)} kgco2e: {row['emission_count']:,} emissions by {row['factor_id']} ({row['gas']}), "
        f"{digits(row['factor_kgco2e_per_unit'])} kgco2e/{row['activity_unit_code']}"
        for row in explained.by_factor
    ))  # fmt: skip
    if explained.by_reason:
        reasons = step(top, "without a number")
        lines(reasons, (
            f"{row['activity_count']:,} activities, {cell(row['spend_eur'], full)} EUR: {row['words']} ({row['reason']})"
            for row in explained.by_reason
        ))  # fmt: skip
    largest = step(top, f"the largest {len(explained.top)}")
    lines(largest, (
        f"{cell(row['kgco2e'], full)} kgco2e  {row['emission_id']}  {row['material_name']}, {row['supplier_name']}"
        for row in explained.top
    ))  # fmt: skip
    return top


def share(percent: Decimal | None) -> str:
    return "no known part" if percent is None else f"{digits(percent)} %"


def step(parent: Tree, text: str, place: str | None = None) -> Tree:
    return parent.add(escape(text) + (f"  [dim]{escape(place)}[/dim]" if place else ""))


def lines(parent: Tree, texts: Iterable[str], place: str | None = None) -> None:
    for number_, text in enumerate(texts):
        parent.add(escape(text) + (f"  [dim]{escape(place)}[/dim]" if place and number_ == 0 else ""))


def code_of(explained: Explanation, table: str) -> str | None:
    return next((build.code for build in explained.builds if build.table_name == table), None)
