"""Topics of a real broker, and a lakehouse whose contracts name them."""

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.landing import Landing, land
from emberlake.runtime.settings import Settings

SCHEMAS = Path(__file__).parents[2] / "schemas"
CONTRACT = (Path(__file__).parent / "event.odcs.yaml").read_text("utf-8")


@dataclass
class Kafka:
    """A broker, and what a test does to its topics."""

    port: int
    settings: dict[str, str]
    admin: AdminClient = field(init=False)
    producer: Producer = field(init=False)

    def __post_init__(self) -> None:
        self.admin = AdminClient({"bootstrap.servers": self.address, "log_level": 0})
        self.producer = Producer({"bootstrap.servers": self.address, "linger.ms": 0, "log_level": 0})

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def create(self, *topics: str, partitions: int = 1) -> None:
        for done in self.admin.create_topics([NewTopic(topic, partitions, 1) for topic in topics]).values():
            done.result(20)

    def delete(self, topic: str) -> None:
        self.admin.delete_topics([topic])[topic].result(20)

    def forget_before(self, topic: str, offset: int, partition: int = 0) -> None:
        """What retention does: the messages before an offset are gone."""
        for done in self.admin.delete_records([TopicPartition(topic, partition, offset)]).values():
            done.result(20)

    def send(self, topic: str, *values: bytes | str | dict[str, Any] | None, partition: int = 0, **message: Any) -> None:
        for value in values:
            self.producer.produce(topic, json.dumps(value) if isinstance(value, dict) else value, partition=partition, **message)
        assert self.producer.flush(20) == 0


@dataclass
class Followed:
    """A lakehouse that follows topics: table `bronze.shop_<name>` follows the topic of the same place."""

    folder: Path
    address: str

    @property
    def lakehouse(self) -> Lakehouse:
        kafka = {"bootstrap.servers": self.address}
        return Lakehouse(Settings(self.folder / "lakehouse", self.folder / "landing", schemas=self.folder / "schemas", kafka=kafka))

    def follow(self, name: str, topic: str, **properties: Any) -> None:
        """Write the contract of a table that follows a topic."""
        path = self.folder / "schemas" / "bronze" / "shop" / f"{name}.odcs.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not (self.folder / "schemas" / "audit").exists():
            shutil.copytree(SCHEMAS / "audit", self.folder / "schemas" / "audit")
        more = "".join(f"\n  - {{property: {key}, value: {value}}}" for key, value in properties.items())
        path.write_text(CONTRACT.replace("NAME", name).replace("TOPIC", topic).replace("\n  - {property: more}", more), "utf-8")

    def land(self) -> Landing:
        return land(self.lakehouse)

    def files(self) -> dict[str, list[dict[str, Any]]]:
        """Records of every file in the landing folder by its name."""
        landing = self.folder / "landing"
        return {str(p.relative_to(landing)): records(p) for p in sorted(landing.rglob("*")) if p.is_file()}

    def landed(self, table: str) -> list[dict[str, Any]]:
        """Records that landed, in the order of their offsets."""
        rows = [row for row in self.lakehouse.books.read("landing", status="landed") if row["table_name"] == f"bronze.shop_{table}"]
        rows.sort(key=lambda row: (row["partition_number"], row["first_offset"]))
        return [record for row in rows for record in records(self.folder / "lakehouse" / row["archive_name"])]

    def offsets(self, table: str) -> list[int]:
        return [record["_message"]["offset"] for record in self.landed(table)]

    def gaps(self) -> list[tuple[str, int, int, int]]:
        rows = sorted(self.lakehouse.books.read("gap"), key=lambda row: row["found_at"])
        return [(row["cause"], row["partition_number"], row["first_missing"], row["last_missing"]) for row in rows]


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]
