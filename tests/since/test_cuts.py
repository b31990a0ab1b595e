"""However the extracts are cut into deliveries, however late masters come and however often a file comes again: the same tables as in one batch."""

import random
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from emberlake.names import layer_of
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.landing import land
from emberlake.runtime.ledger import POSTING
from emberlake.runtime.run import Selection, run
from emberlake.runtime.settings import Settings
from since.test_since_equals_all import SEEDS

DELIVERIES = 2


def receipts(landing: Path) -> list[Path]:
    return sorted([*landing.glob("kontor/waren*.csv"), *landing.glob("sap/MSEG*.txt")], key=lambda path: path.stem[-7:])


def masters(landing: Path) -> list[Path]:
    return sorted(path for path in landing.rglob("*") if path.is_file() and path not in receipts(landing) and "_manifest" not in path.parts)


def cut(draw: random.Random, landing: Path) -> list[list[Path]]:
    """Files of each delivery: receipts in the order of their months, masters whenever they come."""
    months = receipts(landing)
    ends = [0, *sorted(draw.sample(range(1, len(months)), DELIVERIES - 1)), len(months)]
    deliveries = [months[a:b] for a, b in pairwise(ends)]
    for path in masters(landing):
        draw.choice(deliveries).append(path)
    return deliveries


def deliver(draw: random.Random, source: Path, target: Path, files: list[Path]) -> None:
    """Put files into a landing folder; now and then the same bytes once more under another name."""
    for path in files:
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
        if draw.random() < 0.2:
            shutil.copyfile(path, place.with_stem(f"{place.stem.rsplit('_', 1)[0]}_again_{place.stem.rsplit('_', 1)[1]}"))


def state(lakehouse: Lakehouse) -> dict[str, set[tuple[Any, ...]]]:
    """Rows of silver and gold by what they say, net of ledgers, and the open quarantine."""
    found: dict[str, set[tuple[Any, ...]]] = {}
    for contract in lakehouse.contracts.values():
        if contract.layer in ("silver", "gold") and lakehouse.store.exists(contract.name):
            rows = lakehouse.store.dataset(contract.name).to_table().to_pylist()
            taken_back = {row["reverses"] for row in rows if contract.write.mode == "ledger" and row["weight"] == -1}
            columns = [c for c in (*contract.key, *contract.content) if c not in POSTING]
            if contract.name.endswith("_history"):  # what was delivered in full was said when it arrived; only a log tells a time of its own
                rows = [row for row in rows if row["source_system"] == "werkbank"]
            rows = [row for row in rows if row.get("weight", 1) == 1 and row.get("posting_id") not in taken_back]
            found[contract.name] = {tuple(str(row[c]) for c in columns) for row in rows}
    open_rows = lakehouse.books.read("quarantine")
    found["quarantine"] = {(row["table_name"], row["feed"], row["row_id"], row["rule_id"]) for row in open_rows if layer_of(row["table_name"]) != "bronze"}
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_any_cut_is_one_batch(built: Path, tmp_path: Path, spark: SparkSession, seed: int) -> None:
    draw = random.Random(seed)
    lakehouse = Lakehouse(Settings(tmp_path / "lakehouse", tmp_path / "landing"))
    scopes = set()
    for files in cut(draw, built / "landing"):
        deliver(draw, built / "landing", tmp_path / "landing", files)
        land(lakehouse)
        run(lakehouse, Selection(publish=False))
        scopes |= {row["scope"] for row in lakehouse.books.read("commit")}
    assert "since" in scopes, "nothing was built from changes alone"
    expected, found = state(Lakehouse(Settings(built / "lakehouse", built / "landing"))), state(lakehouse)
    assert {name: len(rows) for name, rows in found.items()} == {name: len(rows) for name, rows in expected.items()}
    assert found == expected
