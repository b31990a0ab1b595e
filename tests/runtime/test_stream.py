"""A stream is the same run, started again and again: nothing is lost, a failure heals, and how far it lags is written down."""

from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep

import pytest
from pyspark.sql import SparkSession

from emberlake.runtime.locks import held
from emberlake.runtime.stream import Pace, stream
from runtime.shops import Shop

LINES = ("1;Halle Süd;DE", "2;Halle Nord;DE", "3;Halle West;AT")


def until(true: object, seconds: float = 60) -> None:
    """Wait for a condition; fail where it does not come true in time."""
    end = monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert monotonic() < end, "it did not come true in time"
        sleep(0.05)


@pytest.mark.slow
def test_files_arrive_while_a_table_is_held(tmp_path: Path, spark: SparkSession) -> None:
    shop, stop = Shop(tmp_path), Event()
    told: list[str] = []
    shop.lakehouse.spark  # opened by this thread
    worker = Thread(target=stream, args=(shop.lakehouse, Pace(every_s=0.2, publish_every_s=0, longest_wait_s=1), stop, told.append))
    plants = lambda: len(shop.rows("silver.plant")) if shop.lakehouse.store.exists("silver.plant") else 0  # noqa: E731
    try:
        with held(shop.lakehouse, ["silver.plant"], "{}"):
            shop.works("1", LINES[0])
            worker.start()
            until(lambda: len(told) >= 2)
            assert "silver.plant is being built by another run" in told[0] and "2 in a row" in told[1]
        until(lambda: plants() == 1)
        for number in (2, 3):
            shop.works(str(number), *LINES[:number])
            until(lambda number=number: plants() == number)
        until(lambda: sum(row["status"] == "complete" for row in shop.lakehouse.books.read("trigger")) == 3)
    finally:
        stop.set()
        worker.join(60)
    assert not worker.is_alive()
    triggers = sorted(shop.lakehouse.books.read("trigger"), key=lambda row: row["started_at"])
    assert next(row["message"] for row in triggers if row["status"] == "failed").startswith("silver.plant is being built")
    assert sum(row["file_count"] for row in triggers) == 3 and sum(row["record_count"] for row in triggers) == 6
    took_in = [row for row in triggers if row["file_count"] and row["status"] == "complete"]
    assert len(took_in) == 3 and all(0 < row["latency_s"] < 60 for row in took_in)
    assert (shop.folder / "lakehouse" / "published" / "silver" / "plant").exists()
