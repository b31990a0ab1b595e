"""From a real database to gold: what its log brings, transaction by transaction, is what its tables hold at the end."""

import random
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import pytest
from pyspark.sql import SparkSession

from chain.chained import Chain, chain
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.landing import land
from emberlake.runtime.messages.outage import Outage
from emberlake.runtime.run import Selection, run
from emberlake.runtime.settings import Settings
from emberlake.runtime.stream import trigger
from since.test_cuts import state
from support import werkbank
from support.workshop import MASTERS

TABLES = """
create table site (site_no text primary key, name text not null, country text);
create table supplier (supplier_no text primary key, name text not null, country text);
create table article (article_no text primary key, name text not null, group_code text, stock_unit text not null, kg_per_piece numeric(18,9));
create table receipt (
  receipt_no text, line_no int, posted_on date not null, site_no text not null, supplier_no text not null, article_no text not null, quantity numeric(18,3) not null,
  unit text not null, net_value numeric(18,2) not null, currency text not null, is_cancelled boolean not null, primary key (receipt_no, line_no));
"""
NAMES = {"site": werkbank.SITES, "supplier": werkbank.SUPPLIERS, "article": werkbank.ARTICLES, "receipt": werkbank.receipts(30)}


@pytest.fixture(scope="module")
def servers() -> Iterator[Chain]:
    with chain(*(f"public.{table}" for table in NAMES)) as running:
        running.sql(TABLES)
        yield running


def inserted(table: str, row: werkbank.Row) -> str:
    values = ["null" if value is None else f"'{str(value).removesuffix('Z') if name == 'posted_on' else value}'" for name, value in row.items()]
    return f"insert into {table} ({', '.join(row)}) values ({', '.join(values)});"


def work(draw: random.Random, number: int) -> str:
    """A transaction over several tables: a new supplier with its receipt, a moved or corrected receipt, a renamed one, a return, a life that ends."""
    extra = dict(draw.choice(werkbank.receipts(40))) | {"receipt_no": f"N{number}", "line_no": 1}
    texts = {
        "new": inserted("supplier", {"supplier_no": f"T{number}", "name": f"Neu {number}", "country": "DE"})
        + inserted("receipt", extra | {"supplier_no": f"T{number}"}),
        "moved": f"update receipt set posted_on = posted_on + 31, supplier_no = 'S{number % 5 + 1}' where line_no = {number % 3 + 1};",
        "corrected": f"update article set kg_per_piece = {number}.5, group_code = '{draw.choice('123')}00' where article_no = 'A2';",
        "renumbered": f"update receipt set receipt_no = receipt_no || 'x' where receipt_no like 'R%{number % 10}';",
        "gone": f"delete from receipt where receipt_no like '%{number % 7}' and line_no = 2;",
        "twice": f"delete from supplier where supplier_no = 'S1';{inserted('supplier', dict(werkbank.SUPPLIERS[0]) | {'name': f'Neu {number}'})}",
    }
    return f"begin; {texts[draw.choice(sorted(texts))]} commit;\n"


def lakehouse(folder: Path, kafka: dict[str, str] | None = None) -> Lakehouse:
    for name, text in MASTERS.items():
        if name.startswith("decision"):
            (folder / "landing" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "landing" / name).write_text(text.replace(",kontor,", ",werkbank,"), "utf-8")
    return Lakehouse(Settings(folder / "lakehouse", folder / "landing", kafka=kafka or {}))


def from_tables(servers: Chain, folder: Path) -> dict[str, set[tuple[object, ...]]]:
    """What a lakehouse holds to which the tables were told once, as they are at the end."""
    house = lakehouse(folder)
    for table, own in NAMES.items():
        found = servers.rows(f"select {', '.join(own[0])} from {table}")
        texts = [dict(zip(own[0], row, strict=True)) for row in found]
        for row in texts:
            row |= {"posted_on": f"{row['posted_on']}Z", "is_cancelled": row["is_cancelled"] == "t"} if table == "receipt" else {}
            row |= {name: None for name, text in row.items() if text == ""}
        werkbank.deliver(folder / "landing", "all", {table: [werkbank.line(table, row, 1, "r") for row in texts]})
    land(house)
    run(house, Selection(publish=False))
    return business(house)


def business(house: Lakehouse) -> dict[str, set[tuple[object, ...]]]:
    """Silver and gold by what they say, but for histories, which no state of the tables can tell."""
    return {table: rows for table, rows in state(house).items() if not table.endswith("_history")}


def test_the_log_in_any_portions_is_the_tables(servers: Chain, spark: SparkSession, tmp_path: Path) -> None:
    draw, number = random.Random(3), 0
    servers.sql("".join(inserted(table, row) for table, rows in NAMES.items() for row in rows))
    servers.start("debezium")
    house = lakehouse(tmp_path / "followed", {"bootstrap.servers": servers.address})
    for _ in range(4):
        for _ in range(8):
            number += 1
            servers.sql(work(draw, number))
        follow(house)
    servers.sql(inserted("site", {"site_no": "last", "name": "what comes last", "country": "DE"}))
    end = monotonic() + 120
    while "werkbank:last" not in {row["plant_id"] for row in rows(house, "silver.plant")}:
        assert monotonic() < end, "the log did not arrive in time"
        sleep(1)
        follow(house)
    found, wanted = business(house), from_tables(servers, tmp_path / "told-once")
    assert {table: rows ^ wanted[table] for table, rows in found.items() if rows != wanted[table]} == {}
    assert len(found["silver.goods_receipt"]) > 20 and len(found["gold.emission"]) > 20
    lives = rows(house, "silver.supplier_history")
    assert sum(row["supplier_id"] == "werkbank:S1" for row in lives) > 1
    scopes = {row["scope"] for row in house.books.read("commit", table_name="silver.goods_receipt", feed="werkbank")}
    assert "since" in scopes


def follow(house: Lakehouse) -> None:
    """A trigger; a topic that the connector has not made yet is an outage of this source."""
    with suppress(Outage):
        trigger(house, publishes=False)


def rows(house: Lakehouse, table: str) -> list[dict[str, object]]:
    return house.store.dataset(table).to_table().to_pylist() if house.store.exists(table) else []
