"""The picture of the ratios."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot

FLOOR_AIM, BY_HAND_AIM = 1.5, 6.0
Part = Mapping[str, Any]


def summaries(part: Part) -> list[dict[str, Any]]:
    return [line for line in part["figures"] if line.get("summary")]


def chart(part: Part, path: Path) -> None:
    """How many times as long as the floor and as the pipeline by hand, with the aims."""
    found = summaries(part)
    matplotlib.rcParams["svg.hashsalt"] = "emberlake"
    figure, areas = pyplot.subplots(1, 2, figsize=(8, 2.6))
    for area, (who, words, aim) in zip(areas, (("floor", "the floor", FLOOR_AIM), ("by_hand", "DuckDB by hand", BY_HAND_AIM)), strict=True):
        labels = [f"{f['lines']:,} lines" for f in found]
        bars = area.barh(labels, [f["ratio_wall"][who]["median"] for f in found], color="#4c6a92")
        area.bar_label(bars, fmt="%.1f", padding=3)
        area.axvline(aim, color="#b5482f", linestyle="--", label=f"aim {aim:g}")
        area.margins(x=0.15)
        area.set_title(f"Emberlake's time, times {words}", fontsize=10)
        area.legend(loc="lower right", fontsize=8)
        area.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
