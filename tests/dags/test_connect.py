"""Work over a Spark Connect server, as thin tasks do it."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.landing import land
from emberlake.runtime.settings import Settings

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
CONNECT = str(ROOT / "infra" / "spark" / "connect.sh")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a server that is up; it is down afterwards, whatever happened."""
    home = tmp_path_factory.mktemp("connect")
    own = {
        "EMBERLAKE_CONNECT_PORT": str(free_port()),
        "EMBERLAKE_CONNECT_HOME": str(home),
        "EMBERLAKE_CONNECT_MEMORY": "1g",
        "EMBERLAKE_CONNECT_MASTER": "local[2]",
    }
    environment = os.environ | own | {"PYTHONPATH": str(ROOT / "src")}
    subprocess.run([CONNECT, "start"], env=environment, check=True, stdout=subprocess.DEVNULL)
    try:
        yield environment | {"EMBERLAKE_SPARK_REMOTE": f"sc://127.0.0.1:{own['EMBERLAKE_CONNECT_PORT']}"}
    finally:
        subprocess.run([CONNECT, "stop"], env=environment, check=True, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Lakehouse:
    folder = tmp_path_factory.mktemp("remote")
    (folder / "landing").mkdir()
    landed = Lakehouse(Settings(folder / "lakehouse", folder / "landing"))
    land(landed)
    return landed


def job(name: str, house: Lakehouse, environment: dict[str, str], *words: str) -> str:
    folders = ("--lakehouse", str(house.settings.lakehouse), "--landing", str(house.settings.landing))
    done = subprocess.run([sys.executable, str(ROOT / "jobs" / f"{name}.py"), *words, *folders], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    return done.stdout


def test_tables_are_built_judged_and_released_over_connect(server: dict[str, str], house: Lakehouse) -> None:
    job("build", house, server, "bronze.reference_unit", "silver.unit")
    assert re.search(r"release [0-9a-f-]{36}", job("release", house, server))
    released = {row["table_name"]: row["row_count"] for row in house.books.releases()}
    assert released["silver.unit"] == released["bronze.reference_unit"] == house.store.row_count("silver.unit") > 0
    assert all(verdict["is_success"] for verdict in house.books.read("verdict", table_name="silver.unit"))


def test_a_second_start_finds_the_server_and_a_stop_leaves_no_process(server: dict[str, str]) -> None:
    leader = (Path(server["EMBERLAKE_CONNECT_HOME"]) / "pid").read_text().strip()
    again = subprocess.run([CONNECT, "start"], env=server, check=True, capture_output=True, text=True)
    assert "runs already" in again.stdout
    subprocess.run([CONNECT, "stop"], env=server, check=True, capture_output=True)
    left = subprocess.run(["ps", "-o", "stat=", "-s", leader], capture_output=True, text=True).stdout.split()
    assert [state for state in left if not state.startswith("Z")] == []
    assert subprocess.run([CONNECT, "status"], env=server, capture_output=True).returncode != 0
