"""PostgreSQL → Debezium → Kafka, as the scripts of infra/stream start them, on free ports and in a folder of their own."""

import csv
import io
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from stream.servers import free_ports, script, started

SERVERS = ("postgres", "kafka", "debezium")


@dataclass
class Chain:
    """The servers of one database `werkbank`, whose tables become topics `werkbank.public.<table>`."""

    settings: dict[str, str]

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.settings['EMBERLAKE_KAFKA_PORT']}"

    def start(self, *names: str) -> None:
        for name in names:
            started(name, self.settings)

    def stop(self, *names: str) -> None:
        for name in names:
            done = script(name, "stop", self.settings)
            assert done.returncode == 0, f"{name} did not stop:\n{done.stdout}{done.stderr}"

    def kill(self, name: str) -> None:
        """End a server at once, without a word."""
        os.kill(int((Path(self.settings["EMBERLAKE_STREAM_HOME"]) / name / "pid").read_text()), signal.SIGKILL)
        while script(name, "status", self.settings).returncode == 0:
            pass

    def sql(self, text: str, database: str = "werkbank") -> str:
        """What psql answers to some statements, as CSV; raises where one fails."""
        command = ["psql", "-h", "127.0.0.1", "-p", self.settings["EMBERLAKE_POSTGRES_PORT"], "-U", "postgres", "-d", database]
        options = ["--quiet", "--no-psqlrc", "--csv", "--tuples-only", "--set", "ON_ERROR_STOP=1"]
        return subprocess.run([*command, *options], input=text, capture_output=True, text=True, check=True, env={**os.environ, "PGOPTIONS": ""}).stdout

    def rows(self, query: str) -> list[list[str]]:
        return list(csv.reader(io.StringIO(self.sql(query))))


@contextmanager
def chain(*tables: str, partitions: int = 1) -> Iterator[Chain]:
    """A database that is empty, and a broker; `start("debezium")` once the tables (schema.table) are there. All end with the block."""
    postgres, kafka, controller, debezium = map(str, free_ports(4))
    home = Path(tempfile.mkdtemp(prefix="emberlake-chain-"))
    home.chmod(0o755)  # PostgreSQL runs as a user of its own where the tests run as root
    servers = Chain(
        {
            "EMBERLAKE_STREAM_HOME": str(home), "EMBERLAKE_POSTGRES_PORT": postgres, "EMBERLAKE_KAFKA_PORT": kafka,
            "EMBERLAKE_KAFKA_CONTROLLER_PORT": controller, "EMBERLAKE_DEBEZIUM_PORT": debezium, "EMBERLAKE_DEBEZIUM_DATABASE": "werkbank",
            "EMBERLAKE_DEBEZIUM_TABLES": ",".join(tables), "EMBERLAKE_DEBEZIUM_PARTITIONS": str(partitions),
        }
    )  # fmt: skip
    try:
        servers.start("postgres", "kafka")
        servers.sql("create database werkbank", "postgres")
        yield servers
    finally:
        servers.stop(*reversed(SERVERS))
        shutil.rmtree(home)
