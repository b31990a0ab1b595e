"""What lands from a real database is its tables: applied in the order of the files, whole transactions at any time."""

import random
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from chain.chained import Chain, chain
from stream.topics import Followed

TABLES = """
create table lieferung (nr int primary key, lieferant text not null, anzahl int not null);
create table prüfung (lieferung int not null, nr int not null, menge numeric(12,3), gebucht date, primary key (lieferung, nr));
alter table prüfung replica identity full;
"""
Rows = dict[tuple[str, ...], tuple[str, ...]]


@pytest.fixture(scope="module")
def servers() -> Iterator[Chain]:
    with chain("public.lieferung", "public.pr.fung", partitions=2) as running:
        running.sql(TABLES)
        yield running


def transaction(draw: random.Random, known: list[int], number: int) -> str:
    """A delivery with its positions, or a change of one: `anzahl` is the number of positions after every transaction, never within."""
    kind = draw.choice(["new", "new", "new", "grow", "rename", "gone", "changed"]) if known else "new"
    at, size = (draw.choice(known), draw.randint(1, 4)) if known else (0, 2)
    position = "insert into prüfung select {0}, n, {1} + n / 8.0, '2025-03-01' from generate_series({2}, {3}) n;"
    if kind == "new":
        known.append(number)
        text = f"insert into lieferung values ({number}, 'Drahtzug \"Müller\" {number}', {size});" + position.format(number, size, 1, size)
    elif kind == "grow":
        text = position.format(at, 9, 100 + number, 100 + number) + f"update lieferung set anzahl = anzahl + 1 where nr = {at};"
    elif kind == "rename":
        known[known.index(at)] = number
        text = f"update lieferung set nr = {number} where nr = {at}; update prüfung set lieferung = {number} where lieferung = {at};"
    elif kind == "gone":
        known.remove(at)
        text = f"delete from prüfung where lieferung = {at}; delete from lieferung where nr = {at};"
    else:
        text = f"update prüfung set menge = null, gebucht = null where lieferung = {at}; update lieferung set lieferant = 'K {number}' where nr = {at};"
    return f"begin; {text} commit;\n"


def applied(house: Followed, table: str, key: tuple[str, ...], columns: tuple[str, ...]) -> Rows:
    """The rows after all events that landed, each partition in the order of its offsets; an event that was sent twice counts once."""
    rows: Rows = {}
    seen: set[tuple[object, ...]] = set()
    for record in house.landed(table):
        about, after = record["_message"], record.get("after")
        named = tuple(str(about["key"][name]) for name in key)
        event = (record.get("source", {}).get("lsn"), record.get("op"), named)
        if event in seen and event[0]:
            continue
        seen.add(event)
        if after:
            rows[named] = tuple("" if after[name] is None else str(after[name]).removesuffix("Z") for name in columns)
        elif not about.get("tombstone"):
            assert record["op"] == "d" and rows.pop(named)
    return rows


def deliveries(house: Followed) -> Rows:
    return applied(house, "lieferung", ("nr",), ("nr", "lieferant", "anzahl"))


def positions(house: Followed) -> Rows:
    return applied(house, "position", ("lieferung", "nr"), ("lieferung", "nr", "menge", "gebucht"))


def is_whole(house: Followed) -> bool:
    """Whether each delivery has as many positions as it says: so it is between transactions only."""
    counts = {key[0]: int(row[2]) for key, row in deliveries(house).items()}
    found = dict.fromkeys(counts, 0)
    for delivery, _ in positions(house):
        found[delivery] = found.get(delivery, 0) + 1
    return found == counts


def test_files_applied_in_order_are_the_tables(servers: Chain, tmp_path: Path) -> None:
    draw, known, number = random.Random(7), [], 0
    house = Followed(tmp_path, servers.address)
    for table, topic in (("lieferung", "lieferung"), ("position", "pr_fung")):  # Debezium's topic of `prüfung`
        house.follow(table, f"werkbank.public.{topic}", transactions="werkbank.transaction", most_messages=40)

    def work(count: int) -> None:
        nonlocal number
        text = [transaction(draw, known, number := number + 1) for _ in range(count)]
        servers.sql("".join(text))

    def state() -> tuple[list[list[str]], list[list[str]]]:
        return servers.rows("select * from lieferung order by nr"), servers.rows("select * from prüfung order by lieferung, nr")

    def landed() -> tuple[list[list[str]], list[list[str]]]:
        assert is_whole(house)
        found = [sorted(map(list, rows.values()), key=lambda row: [int(text) for text in row[:number_of_keys]]) for rows, number_of_keys in
                 ((deliveries(house), 1), (positions(house), 2))]  # fmt: skip
        return found[0], found[1]

    def caught_up() -> None:
        end, calls = monotonic() + 180, 0  # a broker that was stopped is found again late
        while True:
            seen = house.land()
            assert seen.refused == () and seen.unclaimed == ()
            calls += 1
            if not seen.landed and not seen.outages and landed() == state():
                return
            assert monotonic() < end, "it did not come true in time"
            sleep(0.1)

    work(10)
    servers.start("debezium")  # a snapshot, and then the log
    work(40)
    caught_up()
    servers.stop("debezium")
    work(40)
    servers.start("debezium")
    for _ in range(6):
        work(10)
        house.land()
        assert is_whole(house)
    for _ in range(2):
        work(20)
        house.land()
        servers.kill("debezium")
        work(5)
        servers.start("debezium")
        house.land()
        assert is_whole(house)
    servers.stop("kafka")
    work(5)
    servers.start("kafka")
    caught_up()
    assert house.gaps() == [] and len(known) > 10 and len(house.lakehouse.books.read("landing")) > 10
