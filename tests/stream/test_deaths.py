"""A fetch that dies at any step between a message and its offset in the books: each message lands exactly once."""

import random
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from faults.draws import KILLS, SEED
from faults.dying import Death, Reaper
from stream.topics import Followed, Kafka

DEATHS_PER_KILL = 3  # a fetch takes a hundredth of a build


@pytest.fixture(scope="module")
def reaper() -> Iterator[Reaper]:
    found = Reaper().watch()
    yield found
    found.disarm()


def test_any_death_between_a_message_and_the_books(kafka: Kafka, tmp_path: Path, reaper: Reaper) -> None:
    topic, draw = f"t{uuid4().hex[:8]}.public.event", random.Random(SEED)
    kafka.create(topic)
    house = Followed(tmp_path, kafka.address)
    house.follow("event", topic)
    kafka.send(topic, {"number": 0})
    reaper.arm(house.folder)
    house.land()
    reaper.disarm()
    steps, sent, died = reaper.steps, 1, []
    assert steps > 5, "a fetch leaves nothing behind; the test shows nothing"
    while len(died) < KILLS * DEATHS_PER_KILL:
        kafka.send(topic, *({"number": number} for number in range(sent, sent + 3)))
        sent += 3
        reaper.arm(house.folder, draw.randrange(steps))
        try:
            house.land()
        except Death:
            died.append(reaper.dead_at)
        finally:
            reaper.disarm()
        if draw.random() < 0.3:
            house.land()
            assert house.offsets("event") == list(range(sent)), f"EMBERLAKE_TEST_SEED={SEED}, died at {died}"
    house.land()
    assert len(set(died)) > 3, died
    assert [record["number"] for record in house.landed("event")] == list(range(sent)), f"EMBERLAKE_TEST_SEED={SEED}, died at {died}"
    assert house.gaps() == [] and house.land().landed == ()
