"""A verdict on what changed finds what a verdict on all rows finds, whatever came, went or was damaged since."""

import random
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pyspark.sql import SparkSession

from emberlake.runtime import change_feed, changes, files_within
from emberlake.runtime.gate import Refused, part, validate
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.release import release
from emberlake.runtime.settings import Settings
from emberlake.runtime.store import FILE
from emberlake.runtime.write import rewrite
from runtime.shops import Depot
from support.tables import frame

RECEIPT, PLANT = "silver.goods_receipt", "silver.plant"
OTHERS = {"silver.supplier": 0, "silver.material": 0}
Row = dict[str, Any]
PLANTS: list[Row] = [{"plant_id": f"P{n}"} for n in range(5)]
RECEIPTS: list[Row] = [{"goods_receipt_id": f"R{n}", "plant_id": f"P{n % 5}"} for n in range(40)]


class House:
    """Receipts and plants as some writer leaves them, of which the first versions were judged and published."""

    def __init__(self, spark: SparkSession, folder: Path) -> None:
        self.lakehouse = Lakehouse(Settings(folder / "lakehouse", folder / "landing"))
        for name in OTHERS:
            self.lakehouse.store.ensure(self.lakehouse.contract(name))
        self.write(PLANT, PLANTS)
        self.write(RECEIPT, RECEIPTS)
        self.judge("first")
        release(self.lakehouse, "first", self.standing())

    def write(self, table: str, rows: list[Row], mode: str = "append") -> None:
        path = str(self.lakehouse.store.path(table))
        frame(self.lakehouse.spark, table, rows, source_system="kontor").coalesce(1).write.format("delta").mode(mode).save(path)

    def rebuild(self, table: str, rows: list[Row]) -> None:
        """Put these rows in the place of those that stand, as a build does that keeps its changes."""
        store, contract = self.lakehouse.store, self.lakehouse.contract(table)
        stands, since = store.read_files(self.lakehouse.spark, table, store.handle(table)), store.version(table)
        files = {row[FILE] for row in stands.select(FILE).distinct().collect()}
        fresh = frame(self.lakehouse.spark, table, rows, source_system="kontor")
        compared = changes.compare(fresh, stands, contract.key, contract.content).where("_change <> 'unchanged'").persist()
        facts = {"build_id": str(uuid4()), "job": "a build", "transaction": store.next_transaction(table, "a build")}
        rewrite(self.lakehouse, contract, compared, files, change_feed.keep(store, contract, compared, compared.count(), files, facts))
        assert change_feed.kept(self.lakehouse, table, since, since + 1) is not None, "no changes were kept; the test shows nothing"

    def standing(self) -> dict[str, int]:
        return OTHERS | {table: self.lakehouse.store.version(table) for table in (RECEIPT, PLANT)}

    def judge(self, run_id: str) -> dict[str, tuple[bool, int | None]]:
        with suppress(Refused):
            validate(self.lakehouse, run_id, {RECEIPT: self.lakehouse.store.version(RECEIPT)}, self.standing(), lambda _: None)
        return {row["expectation_id"]: (row["is_success"], row["unexpected_count"]) for row in self.lakehouse.books.read("verdict", run_id=run_id)}

    def since(self, run_id: str) -> set[int | None]:
        return {row["since_version"] for row in self.lakehouse.books.read("verdict", run_id=run_id)}


@pytest.fixture
def house(spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr(part, "KEPT", 1)
    monkeypatch.setattr(part, "MUCH", 1)
    monkeypatch.setattr(files_within, "FEW", 0)
    monkeypatch.setattr(change_feed, "FEW", 0)
    return House(spark, tmp_path)


def drawn(draw: random.Random) -> Row:
    """A receipt such as came before, or one that breaks the suite."""
    return draw.choice([
        {"goods_receipt_id": f"N{draw.randint(0, 10**6)}", "plant_id": "P1"},
        {"goods_receipt_id": f"R{draw.randint(0, 39)}", "plant_id": "P2"},
        {"goods_receipt_id": None, "plant_id": "P3"},
        {"goods_receipt_id": f"N{draw.randint(0, 3)}", "plant_id": draw.choice(["P4", "P9", None])},
    ])  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_the_part_and_the_whole_agree(house: House, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(seed)
    for _ in range(draw.randint(1, 3)):
        house.write(RECEIPT, [drawn(draw) for _ in range(draw.randint(1, 5))])
    found = house.judge("part")
    assert house.since("part") == {0}
    monkeypatch.setattr(part, "KEPT", 10**9)
    assert house.judge("whole") == found
    assert house.since("whole") == {None}
    assert found[f"{RECEIPT}.rows"] == (True, None)


def test_a_plant_that_went_is_missed_by_rows_that_stayed(house: House) -> None:
    house.write(PLANT, [{"plant_id": f"P{n}"} for n in range(4)], "overwrite")
    house.write(RECEIPT, [{"goods_receipt_id": "N", "plant_id": "P1"}])
    found = house.judge("second")
    assert house.since("second") == {None}
    assert found[f"{RECEIPT}.plant_id.reference"] == (False, 8)


def test_plants_written_anew_are_no_reason_to_judge_all(house: House) -> None:
    house.write(PLANT, [{"plant_id": f"P{n}"} for n in range(6)], "overwrite")
    house.write(RECEIPT, [{"goods_receipt_id": "N", "plant_id": "P5"}])
    assert house.judge("second")[f"{RECEIPT}.plant_id.reference"] == (True, 0)
    assert house.since("second") == {0}


def test_rows_whose_changes_were_kept_are_judged_by_them(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.rebuild(RECEIPT, [{"goods_receipt_id": "R0", "plant_id": "P9"}, *RECEIPTS[1:-1]])
    found = house.judge("part")
    assert (house.since("part"), found[f"{RECEIPT}.plant_id.reference"]) == ({0}, (False, 1))
    monkeypatch.setattr(part, "KEPT", 10**9)
    assert house.judge("whole") == found


def test_a_plant_that_went_among_kept_changes_is_missed(house: House) -> None:
    house.write(RECEIPT, [{"goods_receipt_id": "N", "plant_id": "P1"}])
    house.rebuild(PLANT, [row | {"plant_name": "Werk"} for row in PLANTS])
    assert (house.judge("renamed")[f"{RECEIPT}.plant_id.reference"], house.since("renamed")) == ((True, 0), {0})
    release(house.lakehouse, "renamed", house.standing())
    house.write(RECEIPT, [{"goods_receipt_id": "N2", "plant_id": "P1"}])
    house.rebuild(PLANT, PLANTS[:4])
    assert (house.judge("gone")[f"{RECEIPT}.plant_id.reference"], house.since("gone")) == ((False, 8), {None})


def test_another_suite_and_a_refused_version_are_judged_whole(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.write(RECEIPT, [{"goods_receipt_id": None, "plant_id": "P5"}])
    house.judge("refused")
    release(house.lakehouse, "refused", house.standing())  # as if somebody had published it
    house.write(RECEIPT, [{"goods_receipt_id": "N", "plant_id": "P1"}])
    found = house.judge("second")
    assert house.since("second") == {None}
    assert found[f"{RECEIPT}.goods_receipt_id.not_null"] == (False, 1)
    assert not part.passed(house.lakehouse, RECEIPT, 0, "first", "another suite")


def test_what_another_run_published_unjudged_is_judged_whole(house: House) -> None:
    """Judged beside one state of the plants and published beside another, a version vouches for nothing."""
    house.write(RECEIPT, [{"goods_receipt_id": "N1", "plant_id": "P4"}])
    house.judge("judged")
    house.write(PLANT, [{"plant_id": f"P{n}"} for n in range(4)], "overwrite")
    release(house.lakehouse, "published", house.standing())
    house.write(RECEIPT, [{"goods_receipt_id": "N2", "plant_id": "P1"}])
    assert house.judge("second")[f"{RECEIPT}.plant_id.reference"] == (False, 9)
    assert house.since("second") == {None}


def test_of_a_ledger_only_rows_in_force_are_judged(two_months: Depot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, value in ((part, "KEPT", 1), (part, "MUCH", 1), (files_within, "FEW", 0)):
        monkeypatch.setattr(module, name, value)
    depot = two_months.copy(tmp_path / "depot")
    depot.build()
    depot.receive("2", "A,2025-01-05,11", "D,2025-02-07,1")
    depot.build()
    depot.receive("3", "A,2025-01-05,12")
    last = depot.build()
    found = {row["table_name"]: row for row in last.verdicts if row["expectation_id"].endswith(".key")}
    assert found["gold.stock_change"]["since_version"] is not None
    assert all(row["is_success"] for row in last.verdicts)
