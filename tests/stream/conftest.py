"""One Kafka broker for all tests of a session; every test has topics of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from stream.servers import free_ports, script, started
from stream.topics import Kafka


@pytest.fixture(scope="session")
def jars() -> None:
    """The jars of the broker, fetched where they are not there yet."""
    done = script("setup", "kafka", {})
    if done.returncode:
        pytest.skip(f"the jars of the Kafka broker cannot be had: {done.stderr.strip()[-200:]}")


@pytest.fixture(scope="session")
def kafka(jars: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    port, controller = free_ports(2)
    home = {"EMBERLAKE_STREAM_HOME": str(tmp_path_factory.mktemp("kafka"))}
    settings = home | {"EMBERLAKE_KAFKA_PORT": str(port), "EMBERLAKE_KAFKA_CONTROLLER_PORT": str(controller), "EMBERLAKE_KAFKA_MEMORY": "320m"}
    started("kafka", settings)
    yield Kafka(port, settings)
    stopped = script("kafka", "stop", settings)
    assert stopped.returncode == 0 and not list(Path(home["EMBERLAKE_STREAM_HOME"]).rglob("pid"))
