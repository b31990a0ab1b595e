"""The docs page of a table, rendered from its contract."""

from emberlake.contracts import rows
from emberlake.contracts.model import Column, Contract


def page(contract: Contract) -> str:
    """Markdown: grain, purpose, inputs, columns, rules, expectations."""
    parts = [
        f"# {contract.name}", contract.grain, contract.purpose, contract.usage, contract.limitations, facts(contract),
        "## Columns\n\n| column | type | meaning | from |\n|---|---|---|---|\n" + "\n".join(column_line(c) for c in contract.columns),
        rule_table(contract), definitions(contract),
    ]  # fmt: skip
    return "\n\n".join(part for part in parts if part) + "\n"


def facts(contract: Contract) -> str:
    lines = [f"owner {contract.owner}", f"version {contract.version}", f"write mode `{contract.write.mode}`"]
    if contract.key:
        lines.append("key " + ", ".join(f"`{k}`" for k in contract.key))
    if contract.layer in ("bronze", "silver", "gold"):
        lines.append(f"every {contract.frequency_hours} h, kept {contract.retention_days} days")
    for feed in contract.feeds:
        if feed.inputs:
            lines.append(f"{'feed ' + feed.name if feed.name else 'made'} from " + ", ".join(f"`{t}`" for t in feed.inputs))
    lines += [f"read from `{s.path}` ({s.format}, {s.encoding}, {s.properties['delivery']} delivery)" for s in contract.servers]
    return "\n".join(f"- {line}" for line in lines)


def column_line(column: Column) -> str:
    name = f"**`{column.name}`**" if column.key_position is not None else f"`{column.name}`"
    extra = (f" In the file: `{column.physical_name}`." if column.physical_name else "") + (f" [{column.unit}]" if column.unit else "")
    return f"| {name} | `{column.type}`{'' if column.required else ' ?'} | {cell(column.description)}{extra} | {' '.join(f'`{s}`' for s in column.sources)} |"


def rule_table(contract: Contract) -> str:
    own = [(r, "") for r in contract.rules] + [(r, feed.name or "") for feed in contract.feeds for r in feed.rules]
    lines = [f"| {r.id} | {feed} | {r.severity} | `{cell(r.predicate)}` | {cell(r.message)} |" for r, feed in own]
    lines += [f"| {e.id} | | {e.severity} | `{cell(e.query)}` returns nothing | {cell(e.message)} |" for e in contract.expectations]
    implied = sum(1 for c in contract.columns for _ in rows.implied_by(contract, c))
    head = f"## Rules\n\n{implied} rules follow from the columns (required, bounds, patterns, types)."
    return head + ("\n\n| rule | feed | severity | must hold | message |\n|---|---|---|---|---|\n" + "\n".join(lines) if lines else "")


def definitions(contract: Contract) -> str:
    return "\n".join(f"- [{d.get('description') or d['url']}]({d['url']})" for d in contract.definitions)


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
