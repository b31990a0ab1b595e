"""A small company with both ERPs, cut from the sample company, and edits of its tables such as no source would promise."""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from pyspark.sql import DataFrame

from emberlake.contracts.model import Contract, Feed
from emberlake.runtime.account import Account
from emberlake.runtime.build import build
from emberlake.runtime.in_force import superseded_files
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.run import Selection, order_of, plan
from emberlake.runtime.settings import now
from emberlake.runtime.store import actions

LINES_OF_A_FILE = 30
EMPTY = 8  # rows without a value, for each column that may have none
FIXED = ("organisation_id", "source_system", "scope", "gas", "is_lead_gas")  # columns that say whose the row is, not what it says
QUESTION = ("method", "activity_code", "activity_unit_code", "geography_code", "activity_date")
# What names a row beside its key: functions join by it, and count on its being unique.
IDENTITY = {
    "silver.unit": ("unit_set", "unit_code"),
    "silver.exchange_rate": ("from_currency_code", "to_currency_code", "rate_date"),
    "silver.emission_factor": ("factor_id", "gas"),
    "gold.factor_choice": QUESTION,
}
Row = dict[str, Any]


def cut(landing: Path) -> None:
    """Leave the first lines of every large extract, and no count of what was there before."""
    for path in [*landing.glob("kontor/waren*.csv"), *landing.glob("sap/MSEG*.txt")]:
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:LINES_OF_A_FILE]))
        path.with_name(f"{path.name}.control.json").unlink(missing_ok=True)


@dataclass
class Company:
    """A lakehouse whose tables may be edited at will; every draw comes from the seed."""

    lakehouse: Lakehouse
    seed: int
    draw: random.Random = field(init=False)
    position: int = field(default=1000, init=False)
    gone: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list), init=False)

    def __post_init__(self) -> None:
        self.draw = random.Random(self.seed)

    def rows(self, table: str) -> list[Row]:
        return [dict(row) for row in self.lakehouse.store.dataset(table).to_table().to_pylist()]

    def edit(self, table: str, share: float) -> int:
        """Change a share of a table's rows, take some away and bring some back, or under another key; how many were touched."""
        contract = self.lakehouse.contract(table)
        rows = self.in_order(contract, self.rows(table))
        chosen = [row for row in rows if self.draw.random() < share]
        if is_full(contract):
            gone = superseded_files(self.lakehouse, contract, self.lakehouse.store.version(table))
            rows = [row for row in rows if row["_source_file"] not in gone]
            chosen = [row for row in rows if self.draw.random() < share]
            self.append(contract, [*self.brought_back(table), *(r for r in rows if r not in chosen), *self.edited(contract, chosen, rows)])
        elif contract.layer == "bronze":
            self.append(contract, [self.new_record(contract, row, rows) for row in chosen])
        else:
            self.overwrite(contract, [*self.brought_back(table), *(r for r in rows if r not in chosen), *self.edited(contract, chosen, rows)])
        return len(chosen)

    def in_order(self, contract: Contract, rows: Iterable[Row]) -> list[Row]:
        """By their keys, so that the same seed draws the same rows."""
        return sorted(rows, key=lambda row: str([row[k] for k in contract.key]))

    def edited(self, contract: Contract, chosen: Iterable[Row], rows: list[Row]) -> Iterable[Row]:
        text_keys = [k for k in contract.key if contract.column(k).type == "string" and k not in FIXED and contract.name not in IDENTITY]
        for row in chosen:
            fate = self.draw.random()
            if fate < 0.1 or len(rows) == 1:
                self.gone[contract.name].append(row)
                continue
            yield self.changed(contract, row, rows) if fate < 0.9 or not text_keys else row | {text_keys[0]: f"{row[text_keys[0]]}~{uuid4().hex[:6]}"}

    def brought_back(self, table: str) -> list[Row]:
        """Every second of the rows that an edit took away, as it was."""
        back = [row for row in self.gone[table] if self.draw.random() < 0.5]
        self.gone[table] = [row for row in self.gone[table] if row not in back]
        return back

    def changed(self, contract: Contract, row: Row, rows: list[Row]) -> Row:
        """The row with values of other rows in some of its columns; a day may also be one that no row has."""
        columns = [c for c in contract.content if c not in (*FIXED, *contract.partitions, *IDENTITY.get(contract.name, ()))]
        taken = self.draw.sample(columns, self.draw.randint(1, max(1, len(columns) // 2)))
        return row | {name: self.another(contract.column(name).type, self.draw.choice(rows)[name]) for name in taken}

    def another(self, column_type: str, value: Any) -> Any:
        """The value, or of a day every second time one up to half a year off: what is in force on a day depends on it."""
        return value + timedelta(self.draw.randint(-180, 180)) if column_type == "date" and value and self.draw.random() < 0.5 else value

    def new_record(self, contract: Contract, row: Row, rows: list[Row]) -> Row:
        """A row of bronze in another file: a later word on the same line, a new line, or one that takes another back."""
        own = [c.name for c in contract.columns if not c.technical]
        fresh = row | {name: self.draw.choice(rows)[name] for name in self.draw.sample(own, self.draw.randint(0, 3))}
        if contract.name == "bronze.sap_mseg" and self.draw.random() < 0.5:
            fresh |= {"bwart": "102", "smbln": row["mblnr"], "sjahr": row["mjahr"], "smblp": row["zeile"], "mblnr": f"9{self.draw.randint(0, 10**8):09d}"}
        if contract.delivery == "log":  # the source's next word: mostly on the same key, now and then that the row is gone
            keys = {name: row[name] for name in contract.key}
            self.position += 1
            fresh |= {"_position": str(self.position).zfill(38), "_operation": "delete" if self.draw.random() < 0.2 else "upsert"}
            return fresh | (keys if self.draw.random() < 0.8 else {})
        return fresh

    def append(self, contract: Contract, rows: list[Row]) -> None:
        name = uuid4().hex
        for number, row in enumerate(rows, start=1):
            row |= {"_source_row_id": f"{name}:{number}", "_source_file": name, "_source_line": number, "_corrects": None}
        landed = {"file_hash": name, "table_name": contract.name, "file_name": name, "kind": "extract", "status": "landed", "landed_at": now(), "byte_count": 0}
        if is_full(contract):
            self.lakehouse.books.write("landing", [landed | {"encoding": "utf-8", "delivery": "full", "record_count": len(rows)}])
        self.commit(contract.name, self.frame(contract, rows), (), {name: len(rows)})

    def overwrite(self, contract: Contract, rows: list[Row]) -> None:
        gone = [path.rsplit("/", 1)[-1] for path in actions(self.lakehouse.store.handle(contract.name)).column("path").to_pylist()]
        self.commit(contract.name, self.frame(contract, rows), gone)

    def frame(self, contract: Contract, rows: list[Row]) -> DataFrame:
        schema = self.lakehouse.store.read(self.lakehouse.spark, contract.name, 0).schema
        return self.lakehouse.spark.createDataFrame([tuple(row[f.name] for f in schema.fields) for row in rows], schema).coalesce(2)

    def commit(self, table: str, frame: DataFrame, gone: Iterable[str], consumed: Mapping[str, int] | None = None) -> None:
        store, job = self.lakehouse.store, "an edit"
        facts = {"build_id": str(uuid4()), "job": job, "transaction": store.next_transaction(table, job), "consumed": consumed or {}, "feed": "an edit"}
        store.replace_files(frame, table, gone, facts)

    def build(self, job: str, whole: bool = False) -> tuple[str, Account]:
        """Build one feed of a table; (the scope that was chosen, its account)."""
        table = job.split("/")[0]
        step = next(at for at in plan(self.lakehouse, Selection((table,), again=whole)) if at.feed.job == job)
        account = build(self.lakehouse, order_of(self.lakehouse, step, str(uuid4()), None)) if step.cause else Account()
        return ("nothing" if step.cause is None else "all" if step.since is None else "since"), account

    def open_rows(self, job: str) -> set[tuple[str, str]]:
        """(row, rule) of the open quarantine of one feed."""
        table, _, feed = job.partition("/")
        return {(row["row_id"], row["rule_id"]) for row in self.lakehouse.books.read("quarantine", table_name=table, feed=feed or table)}

    def leave_out(self, table: str) -> None:
        """Bring new rows of bronze, for each column that may be empty some in which it is."""
        contract = self.lakehouse.contract(table)
        optional = [c.name for c in contract.columns if not (c.technical or c.required or c.name in contract.key)]
        rows = self.in_order(contract, self.rows(table))
        self.append(contract, [row | {name: None} | self.new_key(contract) for name in optional for row in self.draw.sample(rows, min(EMPTY, len(rows)))])

    def new_key(self, contract: Contract) -> Row:
        text = next(k for k in contract.key if contract.column(k).type == "string" and k not in ("mandt", "_source_row_id"))
        return {text: f"8{self.draw.randint(0, 10**8):09d}"}

    def forget(self, feed: Feed, table: str, way: int) -> None:
        """From now on the contract of a table lacks one of the ways from an input to its driving rows, and no other."""
        self.remember()
        assert feed.reach is not None
        ways = feed.reach.paths[table]
        fewer = replace(feed.reach, paths={**feed.reach.paths, table: ways[:way] + ways[way + 1 :]})
        contract = self.lakehouse.contract(feed.table)
        feeds = tuple(replace(f, reach=fewer) if f.name == feed.name else f for f in contract.feeds)
        self.lakehouse.__dict__["contracts"] = {**self.lakehouse.contracts, contract.name: replace(contract, feeds=feeds)}

    def remember(self) -> None:
        """The contracts as they are."""
        self.lakehouse.__dict__.pop("contracts", None)

    def fingerprint(self, feed: Feed) -> str:
        """That of the last build of the feed."""
        last = self.lakehouse.books.last_commit(feed.table, feed.name)
        return str(last["fingerprint"]) if last else ""


def is_full(contract: Contract) -> bool:
    """Whether the newest delivery of a table is the whole of it."""
    return contract.delivery == "full"


def reaching(contracts: Mapping[str, Contract]) -> list[Feed]:
    """Feeds whose contract says how far a change reaches."""
    return [feed for contract in contracts.values() for feed in contract.feeds if feed.reach is not None]
