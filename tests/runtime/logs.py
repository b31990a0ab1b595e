"""A depot whose source tells its log: events as Debezium writes them, and what the source's table holds after them."""

import base64
import json
import random
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from runtime.shops import Depot

MOVEMENT = "bronze/depot/movement.odcs.yaml"
FEED = "silver/movement/depot.feed.yaml"
DELIVERED_FILES = """  path: depot/movement_*.csv
  format: csv
  customProperties:
  - {property: organisation, value: depot}
  - {property: delivery, value: increment}
"""
DELIVERED_LOG = """  path: depot/movement_*.jsonl
  format: json
  customProperties:
  - {property: organisation, value: depot}
  - {property: delivery, value: log}
  - property: events
    value:
      operation: payload.op|op
      meaning: {c: upsert, r: upsert, u: upsert, d: delete, m: ignore}
      row: payload.after|after
      before: payload.before|before
      position: [payload.source.lsn|source.lsn]
      transaction: payload.source.txId|source.txId
      time: payload.ts_ms|ts_ms
      unavailable: __debezium_unavailable_value
"""
REACH = "accounts: {by: row}\nreach:\n  group: {movement_id: nr}\n"
Event = dict[str, Any]


@dataclass
class LoggedDepot(Depot):
    """The depot's movements as a log of its database."""

    def tell(self, name: str, *lines: str) -> None:
        """Lines of a log, delivered and landed."""
        self.deliver(f"depot/movement_{name}.jsonl", "".join(line + "\n" for line in lines), "utf-8")
        assert self.land().refused == ()

    @classmethod
    def opened(cls, depot: Depot) -> "LoggedDepot":
        depot.change(MOVEMENT, DELIVERED_FILES, DELIVERED_LOG)
        depot.change(FEED, "accounts: {by: row}\n", REACH)
        logged = cls(depot.folder)
        logged.edition = depot.edition
        logged.open()
        return logged


@dataclass
class Source:
    """A table of a database with its log; a drawn life of inserts, updates and deletes, some keys of which come again."""

    draw: random.Random
    rows: dict[str, Event] = field(default_factory=dict)
    lsn: int = 90
    events: list[Event] = field(default_factory=list)

    def live(self, count: int) -> None:
        for _ in range(count):
            key = self.draw.choice("ABCDEFGH")
            row = {"nr": key, "day": f"2025-0{self.draw.randint(1, 3)}-0{self.draw.randint(1, 9)}", "pieces": f"{self.draw.randint(-9999, 9999) / 100:.2f}"}
            if key not in self.rows:
                self.happen("c", None, row)
            elif self.draw.random() < 0.35:
                self.happen("d", {"nr": key, "day": None, "pieces": None}, None)  # the key alone, as PostgreSQL tells by default
            else:
                self.happen("u", None, row)

    def happen(self, op: str, before: Event | None, after: Event | None) -> None:
        self.lsn += self.draw.randint(1, 40)
        self.events.append(
            {"before": before, "after": after, "source": {"lsn": self.lsn, "txId": self.lsn // 100}, "op": op, "ts_ms": 1_735_689_600_000 + self.lsn}
        )
        self.rows = applied([self.events[-1]], self.rows)

    def line(self, event: Event) -> str:
        """The event with or without its schema, as a converter is set."""
        return json.dumps({"schema": None, "payload": event} if self.draw.random() < 0.3 else event)


def applied(events: list[Event], rows: dict[str, Event] | None = None) -> dict[str, Event]:
    """The table after events in the order of the source's log."""
    rows = dict(rows or {})
    for event in sorted(events, key=lambda e: e["source"]["lsn"]):
        if event["op"] == "d":
            rows.pop(event["before"]["nr"], None)
        else:
            rows[event["after"]["nr"]] = event["after"]
    return rows


def as_movements(rows: dict[str, Event]) -> list[tuple[str, str, Decimal]]:
    return sorted((row["nr"], row["day"][:7], Decimal(row["pieces"])) for row in rows.values())


def tombstone(offset: int) -> str:
    """A message without a value, as the stream writes it down."""
    return json.dumps({"_message": {"topic": "movement", "offset": offset, "tombstone": True}})


def poison(offset: int, value: bytes) -> str:
    """A message that is no JSON object, as the stream writes it down."""
    return json.dumps({"_message": {"topic": "movement", "offset": offset, "bytes": base64.b64encode(value).decode()}})
