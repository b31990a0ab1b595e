"""Deliveries as they follow one another: a full one supersedes, of several records of a key the last one stands, nothing is lost."""

from pathlib import Path

import pytest

from emberlake.runtime.fixes import fix
from runtime.shops import Depot, Shop

pytestmark = pytest.mark.slow
SOUTH, NORTH = ("kontor:1", "Halle Süd", "DE"), ("kontor:2", "Halle Nord", "DE")


def test_a_full_delivery_supersedes_the_earlier_one_and_every_row_is_counted(two_plants: Shop, tmp_path: Path) -> None:
    shop = two_plants.copy(tmp_path / "shop")
    shop.works("2", "1;Halle Süd;AT", "3;Halle West;DE", "4;Halle Ost;Deutschland")
    shop.land()
    done = shop.build(publish=False)
    bronze, silver = done.accounts["bronze.kontor_werk"], done.accounts["silver.plant/kontor"]
    assert (bronze.input_count, bronze.written_count) == (3, 3)
    # Five rows of two deliveries: two are superseded, one waits for its owner, two stand. The works that came no more is deleted.
    assert (silver.input_count, silver.excluded_count, silver.quarantined_count, silver.written_count, silver.deleted_count) == (5, 2, 1, 2, 1)
    assert silver.rule_counts == {"bronze.kontor_werk.superseded": 2, "silver.plant.country_code.pattern": 1}
    assert shop.plants() == [("kontor:1", "Halle Süd", "AT"), ("kontor:3", "Halle West", "DE")]
    assert len(shop.rows("bronze.kontor_werk")) == 5, "bronze keeps what was delivered"


def test_a_delivery_that_bronze_has_not_taken_in_supersedes_nothing(two_plants: Shop, tmp_path: Path) -> None:
    shop = two_plants.copy(tmp_path / "shop")
    shop.works("2", "1;Halle Süd;AT")
    shop.land()
    shop.build("silver.plant", again=True, publish=False)
    assert shop.plants() == [NORTH, SOUTH][::-1]


def test_a_full_delivery_may_follow_a_fix(two_plants: Shop, tmp_path: Path) -> None:
    shop = two_plants.copy(tmp_path / "shop")
    extract = shop.lakehouse.books.read("landing", kind="extract")[0]
    fix(shop.lakehouse, f"{extract['file_hash']}:2", {"Land": "AT"}, "B. Lager", "it lies in Austria")
    shop.works("2", "1;Halle Süd;DE", "2;Halle Nord;AT")
    shop.land()
    shop.build(publish=False)
    assert shop.plants() == [SOUTH, ("kontor:2", "Halle Nord", "AT")]


def test_a_damaged_record_leaves_the_quarantine_with_its_fix(two_plants: Shop, tmp_path: Path) -> None:
    shop = two_plants.copy(tmp_path / "shop")
    shop.works("2", "1;Halle Süd;DE", "2;Halle Nord;DE;Hagen", "3;Halle West")
    (extract,) = shop.land().landed
    shop.build(publish=False)
    assert len(shop.lakehouse.books.read("quarantine", table_name="bronze.kontor_werk")) == 2
    fix(shop.lakehouse, f"{extract['file_hash']}:2", {"WerkNr": "2", "Bezeichnung": "Halle Nord", "Land": "DE"}, "B. Lager", "Hagen is its town")
    shop.build(publish=False)
    assert [row["row_id"] for row in shop.lakehouse.books.read("quarantine", table_name="bronze.kontor_werk")] == [f"{extract['file_hash']}:3"]
    assert shop.plants() == [SOUTH, NORTH]


def test_a_file_delivered_twice_at_once_loses_no_row(spark: object, tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.works("1", "1;Halle Süd;DE")
    shop.works("1 copy", "1;Halle Süd;DE")
    shop.land()
    written = shop.build(publish=False).accounts["silver.plant/kontor"].written_count
    assert (shop.plants(), written) == ([SOUTH], 1)


def test_of_records_of_one_key_in_one_file_the_last_stands(depot_functions: None, spark: object, tmp_path: Path) -> None:
    depot = Depot(tmp_path)
    # Record 10 follows record 9, although as texts they stand the other way round.
    depot.receive("1", *[f"A,2025-01-{day:02d},{day}" for day in range(1, 11)], "B,2025-01-01,1", "B,2025-02-01,2")
    account = depot.build("bronze.depot_movement", "silver.movement", publish=False).accounts["silver.movement/depot"]
    assert (account.input_count, account.written_count, account.merged_count) == (12, 2, 10)
    assert depot.movements() == [("A", "2025-01", 10), ("B", "2025-02", 2)]


def test_a_key_longer_than_any_statistics_is_followed_like_others(depot_functions: None, spark: object, tmp_path: Path) -> None:
    """Parquet's footer tells neither bounds nor empty values of a column with a text of some kilobytes."""
    depot, name = Depot(tmp_path / "depot"), "K" * 6000
    depot.receive("1", f"{name},2025-01-05,1", "A,2025-01-05,2")
    depot.build(publish=False)
    depot.receive("2", f"{name},2025-01-05,3")
    depot.build(publish=False)
    assert [(movement[0][:2], len(movement[0]), movement[2]) for movement in depot.movements()] == [("A", 1, 2), ("KK", 6000, 3)]
