"""What a connector sends of drawn transactions, and what of it landed."""

import random
from collections import defaultdict
from time import time
from typing import Any

from stream.topics import Followed

TABLES = ("order", "goods")
Message = tuple[str, int, dict[str, Any]]  # topic, partition, value


def log(draw: random.Random, prefix: str, count: int) -> list[Message]:
    """What a connector sends of so many transactions, in the order in which it sends it."""
    messages: list[Message] = []
    for transaction in range(1, count + 1):
        tables = [draw.choice(TABLES) for _ in range(draw.choice([1, 1, 2, 3, 5, 12]))]
        about = {"id": f"{transaction}:{1000 * transaction}"}
        messages.append((f"{prefix}.transaction", 0, about | {"status": "BEGIN"}))
        for at, table in enumerate(tables):
            order = tables[:at].count(table) + 1
            event = {"transaction": about | {"data_collection_order": order}, "source": {"ts_ms": int(time() * 1000)}}
            messages.append((f"{prefix}.public.{table}", draw.randrange(2), event))
        counts = [{"data_collection": f"public.{name}", "event_count": tables.count(name)} for name in TABLES if name in tables]
        messages.append((f"{prefix}.transaction", 0, about | {"status": "END", "data_collections": counts}))
    return messages


def lives(draw: random.Random, messages: list[Message]) -> list[list[Message]]:
    """What comes of each life of the connector. It dies anywhere; each partition has what was sent up to some place by then.

    The next life begins before the first message that is missing anywhere, in the middle of a transaction or not.
    """
    found, begin = [], 0
    for _ in range(draw.randrange(4)):
        end = draw.randint(begin, len(messages))
        reached = {(topic, partition): draw.randint(max(begin, end - 15), end) for topic, partition, _ in messages}
        found.append([message for at, message in enumerate(messages[begin:end], begin) if at < reached[message[:2]]])
        begin = draw.randint(max(0, begin - 5), min([end, *reached.values()]))
    return [*found, messages[begin:]]


def landed(house: Followed) -> dict[str, set[tuple[str, int]]]:
    """Transaction → table and number of each of its events that landed."""
    found: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for table in TABLES:
        for record in house.landed(table):
            found[record["transaction"]["id"]].add((table, record["transaction"]["data_collection_order"]))
    return found


def events_of(messages: list[Message]) -> dict[str, set[tuple[str, int]]]:
    """Transaction → table and number of each of its events among these messages."""
    found: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for topic, _, value in messages:
        if told := value.get("transaction"):
            found[told["id"]].add((topic.rsplit(".", 1)[1], told["data_collection_order"]))
    return found
