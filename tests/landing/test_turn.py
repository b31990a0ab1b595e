"""A server's `most_bytes`: what comes in a heap is taken in by turns, in order, and nothing is passed over or kept waiting for good."""

from pathlib import Path

import pytest

from emberlake.contracts.load import load_all
from emberlake.contracts.model import ContractError
from runtime.shops import WERK, Shop

DELIVERY = "- {property: delivery, value: full}"
ONE = 40  # bytes that hold one file of one plant and not two


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop(tmp_path)
    shop.change(WERK, DELIVERY, f"{DELIVERY}\n  - {{property: most_bytes, value: {ONE}}}")
    return shop


def names(shop: Shop) -> list[str]:
    return [row["file_name"].removeprefix("kontor/") for row in shop.land().landed]


def lags(shop: Shop) -> list[int]:
    """What waited of the works, entry by entry."""
    rows = sorted(shop.lakehouse.books.read("lag", table_name="bronze.kontor_werk"), key=lambda row: row["landed_at"])
    return [row["byte_count"] for row in rows]


def test_a_heap_is_taken_in_by_turns(shop: Shop) -> None:
    sizes = [shop.works(str(number), f"{number};Halle {number};DE").stat().st_size for number in range(4)]
    shop.deliver("kontor/lieferant_1.csv", "LieferantenNr;Name;Land;Waehrung\n7;Draht;DE;EUR\n")
    first = shop.land()
    assert [row["file_name"] for row in first.landed] == ["kontor/lieferant_1.csv", "kontor/werk_0.csv"], "another table's files do not wait"
    assert [(lag.table_name, lag.byte_count) for lag in first.lags] == [("bronze.kontor_werk", sum(sizes[1:]))]
    assert first.known_count == 0
    assert [names(shop) for _ in range(4)] == [["werk_1.csv"], ["werk_2.csv"], ["werk_3.csv"], []]
    assert lags(shop) == [sum(sizes[at:]) for at in (1, 2, 3, 4)], "a call that leaves what the call before left enters nothing"
    shop.build()
    assert shop.plants() == [("kontor:3", "Halle 3", "DE")], "the last of them stands for the whole"


def test_a_file_larger_than_the_limit_comes_alone(shop: Shop) -> None:
    shop.works("1", *(f"{number};Halle {number};DE" for number in range(10)))
    shop.works("2", "1;Halle;DE")
    assert [names(shop), names(shop)] == [["werk_1.csv"], ["werk_2.csv"]]


def test_a_refused_file_keeps_no_other_waiting_for_good(shop: Shop) -> None:
    shop.deliver("kontor/werk_0.csv", "WerkNr;Bezeichnung\n1;Halle und Hof\n")
    shop.works("1", "1;Halle Süd;DE")
    assert (len(shop.land().refused), names(shop), names(shop)) == (1, ["werk_1.csv"], [])
    shop.works("0", "2;Halle Ost;DE")
    assert names(shop) == ["werk_0.csv"]


def test_what_was_taken_away_waits_no_more(shop: Shop) -> None:
    shop.works("1", "1;Halle;DE")
    waiting = shop.works("2", "1;Halle Nord;DE")
    size = waiting.stat().st_size
    shop.land()
    waiting.unlink()
    assert shop.land().lags == () and lags(shop) == [size, 0]


@pytest.mark.parametrize("most", ["0", "1 MB", "true", "1.5"])
def test_a_limit_that_is_none_is_refused(shop: Shop, most: str) -> None:
    with pytest.raises(ContractError, match="most_bytes must be a whole number above zero"):
        shop.change(WERK, f"value: {ONE}", f"value: {most}")
        load_all(shop.contracts)
