"""However landing is started, topics are fetched by the same call; an outage is told after the rest was done."""

from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from emberlake.cli import app
from emberlake.runtime.messages.outage import Outage
from emberlake.runtime.settings import Settings
from emberlake.runtime.stream import trigger
from stream.topics import Followed, Kafka


@pytest.fixture
def house(kafka: Kafka, tmp_path: Path) -> Followed:
    """One topic that is there, one that is not."""
    followed, topic = Followed(tmp_path, kafka.address), f"t{uuid4().hex[:8]}"
    kafka.create(topic)
    followed.follow("event", topic)
    followed.follow("gone", f"{topic}.gone")
    kafka.send(topic, {"number": 1})
    return followed


def test_the_environment_names_the_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBERLAKE_KAFKA", "bootstrap.servers=a:1,b:2;sasl.password=x=y")
    assert Settings.from_environment().kafka == {"bootstrap.servers": "a:1,b:2", "sasl.password": "x=y"}
    monkeypatch.delenv("EMBERLAKE_KAFKA")
    assert Settings.from_environment().kafka == {}


def test_the_command_lands_topics_and_ends_with_the_outage(house: Followed, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = {"LAKEHOUSE": house.folder / "lakehouse", "LANDING": house.folder / "landing", "SCHEMAS": house.folder / "schemas"}
    for name, folder in folders.items():
        monkeypatch.setenv(f"EMBERLAKE_{name}", str(folder))
    quiet = CliRunner().invoke(app, ["land"])
    assert quiet.exit_code == 0 and house.files() == {}, "without a broker topics are left alone"
    monkeypatch.setenv("EMBERLAKE_KAFKA", f"bootstrap.servers={house.address}")
    done = CliRunner().invoke(app, ["land"])
    assert done.exit_code == 1 and "gone: the broker has none of this name" in " ".join(done.stderr.split())
    assert house.offsets("event") == [0]


def test_a_setting_that_the_client_does_not_know_is_told(house: Followed) -> None:
    from emberlake.errors import EmberlakeError
    from emberlake.runtime.messages.broker import Broker

    with pytest.raises(EmberlakeError, match=r"EMBERLAKE_KAFKA holds what its client does not take: .*bootstrap\.server"):
        Broker({"bootstrap.server": house.address})


def test_a_trigger_tells_of_an_outage_once(house: Followed) -> None:
    house.follow("event", "gone too")
    lakehouse = house.lakehouse
    for _ in range(2):
        with pytest.raises(Outage, match=r"gone too.*; .*gone"):
            trigger(lakehouse, publishes=False)
    (row,) = lakehouse.books.read("trigger")
    assert (row["status"], row["file_count"]) == ("complete", 0) and "gone too" in row["message"]
