"""A connector dies and is started again, with any draw of what each partition had got by then: transactions land whole, and all of them land."""

import random
from pathlib import Path
from time import time
from uuid import uuid4

import pytest

from stream.connector import TABLES, events_of, landed, lives, log
from stream.topics import Followed, Kafka


@pytest.mark.parametrize("is_overdue", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_transactions_land_whole_and_all_of_them(kafka: Kafka, tmp_path: Path, seed: int, is_overdue: bool) -> None:
    """Also where all of them are overdue: none is held to be torn of which more may come."""
    draw, prefix = random.Random(seed), f"s{uuid4().hex[:8]}"
    house = Followed(tmp_path, kafka.address)
    most = draw.choice([2, 5, 12, 30])
    for table in TABLES:
        kafka.create(f"{prefix}.public.{table}", partitions=2)
        house.follow(table, f"{prefix}.public.{table}", transactions=f"{prefix}.transaction", most_messages=most)
    kafka.create(f"{prefix}.transaction")
    messages = log(draw, prefix, 20)
    whole = events_of(messages)

    def land() -> bool:
        seen = house.land()
        assert not seen.outages and not seen.refused
        assert all(events == whole[number] for number, events in landed(house).items())
        return bool(seen.landed)

    for life in lives(draw, messages):
        middle = draw.randint(0, len(life))
        for part in (life[:middle], life[middle:]):
            for topic, partition, value in part:
                kafka.send(topic, value, partition=partition, timestamp=int(time() * 1000) - (3_600_000 if is_overdue else 0))
            land()
    while land():
        pass
    assert landed(house) == whole
