"""Draw docs/pictures/overview.svg: the way of an extract to a published table, and the one build that every table goes through.

Sources and tables are those of the contracts, so that a new one shows when the picture is drawn again:
`python infra/pictures/overview.py`. All text stands on a filled shape or in a grey that is read on white and on black alike.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from emberlake.contracts.graph import build_order
from emberlake.contracts.load import load_all
from emberlake.contracts.model import Contract

TARGET = Path(__file__).parents[2] / "docs" / "pictures" / "overview.svg"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, 'DejaVu Sans', sans-serif"
WIDTH, HEIGHT, COLUMN, PITCH = 961, 442, 128, 165
GREY = "#767d86"  # the same contrast on white as on black
INK = {
    "extracts": "#4b5563", "landing": "#3b5b7d", "bronze": "#8b5a2b", "silver": "#66707c", "gold": "#947000", "published": "#2f7a4d",
    "build": "#1f3f63", "step": "#3d6594", "quarantine": "#a13d3d", "fix": "#a13d3d", "lineage": "#62528a", "account": "#1f6f6f",
    "release": "#2f7a4d",
}  # fmt: skip
STEPS = {
    "read": "inputs pinned", "transform": "the function", "conform": "the contract", "gate": "the row rules", "write": "what differs",
    "emit": "OpenLineage", "record": "the books",
}  # fmt: skip
ROW, PANEL, LOWER = 6, 202, 352  # upper edges of the three lanes
BOX, PANEL_HEIGHT, LOWER_HEIGHT = 152, 104, 84
LINES = 9  # of a box of the upper lane
FIRST_STEP, STEP, STEP_PITCH = 54, 98, 105


def text(x: float, y: float, words: str, size: float = 11.5, weight: int = 400, colour: str = "#ffffff", anchor: str = "start") -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" font-weight="{weight}" fill="{colour}" text-anchor="{anchor}">{escape(words)}</text>'


def box(x: float, y: float, width: float, height: float, ink: str, head: str = "", lines: tuple[str, ...] = (), gap: float = 14) -> str:
    """A filled box with a heading and lines; its pale edge shows on a dark page only."""
    shape = f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="7" fill="{INK[ink]}" stroke="#ffffff" stroke-opacity=".28"/>'
    heading = text(x + 9, y + 21, head, 15, 700) if head else ""
    return shape + heading + "".join(text(x + 9, y + 39 + gap * n, line) for n, line in enumerate(lines))


def arrow(*points: tuple[float, float], dashed: bool = False) -> str:
    path = " ".join(f"{'M' if n == 0 else 'L'}{x:g} {y:g}" for n, (x, y) in enumerate(points))
    dash = ' stroke-dasharray="3 4" stroke-width="1.5"' if dashed else ' stroke-width="2" marker-end="url(#tip)"'
    return f'<path d="{path}" fill="none" stroke="{GREY}"{dash}/>'


def stages(contracts: Mapping[str, Contract]) -> dict[str, tuple[str, ...]]:
    """The boxes of the upper lane; tables in the order in which they are built, sources by name."""
    order = build_order(contracts)
    tables = {layer: tuple(name.split(".")[1] for name in order if name.startswith(layer)) for layer in ("silver", "gold")}
    sources = sorted({c.path.parent.name for c in contracts.values() if c.layer == "bronze"})
    return {
        "extracts": fitting(sources),
        "landing": ("hash, encoding,", "record count,", "control file;", "a copy is kept", "as it came"),
        "bronze": ("what was sent,", "typed and never", "changed; each row", "knows its file", "and its line"),
        "silver": fitting(sorted(tables["silver"])),
        "gold": fitting(tables["gold"]),
        "published": ("plain Delta tables", "of the release in", "force, for DuckDB,", "polars, Spark, BI"),
    }


def fitting(names: Sequence[str]) -> tuple[str, ...]:
    """As many names as a box has lines for; the rest is counted."""
    return tuple(names) if len(names) <= LINES else (*names[: LINES - 1], f"and {len(names) - LINES + 1} more")


def upper(contracts: Mapping[str, Contract]) -> list[str]:
    parts, verbs = [], ("land", "build", "build", "build", "release")
    for n, (name, lines) in enumerate(stages(contracts).items()):
        parts.append(box(4 + n * PITCH, ROW, COLUMN, BOX, name, name, lines, gap=13 if len(lines) > 6 else 15))
    for n, verb in enumerate(verbs):
        left, middle = 4 + n * PITCH + COLUMN, 4 + n * PITCH + COLUMN + (PITCH - COLUMN) / 2
        parts.append(arrow((left + 4, ROW + BOX / 2), (left + PITCH - COLUMN - 5, ROW + BOX / 2)))
        parts.append(text(middle, ROW + BOX + 14, verb, 12, 600, GREY, "middle"))
        if verb == "build":
            parts.append(arrow((middle, ROW + BOX + 20), (middle, PANEL - 1), dashed=True))
    return parts


def panel() -> list[str]:
    right = 4 + 4 * PITCH + COLUMN
    parts = [box(FIRST_STEP - 10, PANEL, right - FIRST_STEP + 10, PANEL_HEIGHT, "build", "one build, the same for every table")]
    for n, (name, caption) in enumerate(STEPS.items()):
        x = FIRST_STEP + n * STEP_PITCH
        parts.append(f'<rect x="{x}" y="{PANEL + 38}" width="{STEP}" height="54" rx="5" fill="{INK["step"]}"/>')
        parts.append(text(x + STEP / 2, PANEL + 60, name, 14, 700, anchor="middle") + text(x + STEP / 2, PANEL + 79, caption, 11.5, anchor="middle"))
    return parts


def lower() -> list[str]:
    def below(step: str) -> str:
        middle = FIRST_STEP + list(STEPS).index(step) * STEP_PITCH + STEP / 2
        return arrow((middle, PANEL + 96), (middle, LOWER - 3))

    last, half = 4 + 5 * PITCH, LOWER + LOWER_HEIGHT / 2
    return [
        box(4, LOWER, 200, LOWER_HEIGHT, "fix", "fix", ("a new row that names the", "one it corrects, with author", "and reason")),
        box(248, LOWER, 258, LOWER_HEIGHT, "quarantine", "quarantine", ("rows that wait for their owner: rule,", "message, raw row, file and line")),
        box(530, LOWER, 132, LOWER_HEIGHT, "lineage", "lineage", ("versions, columns,", "counts, outcomes")),
        box(676, LOWER, 130, LOWER_HEIGHT, "account", "account", ("every row ends in", "exactly one place,", "or the build fails")),
        box(last, LOWER, COLUMN, LOWER_HEIGHT, "release", "release", ("suites judge, then", "all tables become", "visible at once")),
        below("gate"), below("emit"), below("record"),
        arrow((244, half), (209, half)),
        arrow((24, LOWER - 3), (24, 182), (4 + PITCH + COLUMN / 2, 182), (4 + PITCH + COLUMN / 2, ROW + BOX + 5)),
        arrow((809, half), (last - 5, half)),
        arrow((last + COLUMN / 2, LOWER - 3), (last + COLUMN / 2, ROW + BOX + 5)),
    ]  # fmt: skip


def overview(contracts: Mapping[str, Contract]) -> str:
    words = "Extracts are landed, built into bronze, silver and gold tables by one and the same build, and released together"
    tip = (
        f'<marker id="tip" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="5" markerHeight="5" orient="auto"><path d="M0 0L8 4L0 8z" fill="{GREY}"/></marker>'
    )
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="{FONT}" role="img" aria-label="{words}">',
        f"<defs>{tip}</defs>", *upper(contracts), *panel(), *lower(), "</svg>",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TARGET.write_text(overview(load_all()), encoding="utf-8")
