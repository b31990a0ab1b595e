"""What is asked of the past, and of a ledger that was corrected again and again, beside what is asked of one that was not.

    python benchmarks/corrections.py --scale 100          (builds a lakehouse; or --lakehouse FOLDER of one that is built and may be spoilt)

As of: the same query of the release in force and of the first one, with corrections between them. Totals: sums of `gold.emission` by
month over all postings, and over the net rows, after so many corrections of 0.1 % of its rows each. They are posted by the runner's own
comparison and ledger, without the rest of a build.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from changes import Days
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from surroundings import environment, options, say, scratch, tell

from emberlake.runtime import changes, ledger
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.settings import Settings
from emberlake.tables import Tables

EMISSION, SHARE = "gold.emission", 1000
QUERIES = {
    "gold.inventory": "select period, sum(kgco2e) as kgco2e from gold.inventory group by period",
    EMISSION: "select period, sum(kgco2e) as kgco2e from gold.emission group by period",
}
ASKED = 5


def seconds(ask: Callable[[], Any]) -> float:
    """Median of several times asked, the first of which does not count."""
    each = []
    for _ in range(ASKED + 1):
        started = perf_counter()
        ask()
        each.append(perf_counter() - started)
    return median(each[1:])


def correct(house: Lakehouse, number: int) -> None:
    """Every thousandth row, others each time, emits one per cent more."""
    contract, store = house.contract(EMISSION), house.store
    rows = ledger.net(store.read(house.spark, EMISSION, store.version(EMISSION)))
    chosen = F.pmod(F.xxhash64("emission_id"), F.lit(SHARE)) == number % SHARE
    old = rows.where(chosen).persist()
    own = [c.name for c in contract.columns if c.name not in ledger.POSTING]
    new = old.select(*[(F.col(c) * F.lit("1.01").cast("decimal(3,2)")).cast(contract.column(c).type).alias(c) if c == "kgco2e" else F.col(c) for c in own])
    compared = changes.compare(new, old, contract.key, contract.content).where("_change <> 'unchanged'")
    transaction = store.next_transaction(EMISSION, EMISSION)
    metadata = {"build_id": f"correction-{number}", "job": EMISSION, "transaction": transaction, "consumed": {}}
    store.append(ledger.postings(compared, contract, transaction), EMISSION, metadata)
    old.unpersist()


def totals(rows: DataFrame) -> list[Any]:
    return rows.groupBy("period").agg(F.sum("kgco2e"), F.sum("weight")).collect()


def figures(house: Lakehouse, marks: list[int]) -> Iterator[dict[str, Any]]:
    store, spark = house.store, house.spark

    def asked() -> dict[str, float]:
        def now() -> DataFrame:
            return store.read(spark, EMISSION, store.version(EMISSION))

        return {"postings_s": seconds(lambda: totals(now())), "net_s": seconds(lambda: totals(ledger.net(now())))}

    asked()  # the first questions of a process compile what the others use
    before = asked()
    yield {"part": "corrections", "kind": "totals", "corrections": 0, "rows": store.row_count(EMISSION), **before}
    done = 0
    for mark in marks:
        say(f"{mark} corrections")
        while done < mark:
            correct(house, done)
            done += 1
        after = asked()
        ratios = {f"{name}_ratio": round(after[name] / before[name], 2) for name in before}
        yield {"part": "corrections", "kind": "totals", "corrections": mark, "rows": store.row_count(EMISSION), **after, **ratios}


def as_of(house: Lakehouse, folder: Path) -> Iterator[dict[str, Any]]:
    """The release in force beside the first one, before which nothing was corrected."""
    first = house.books.releases()[0]["release_id"]
    tables = Tables(folder)
    for table, sql in QUERIES.items():
        now, then = seconds(lambda sql=sql: tables.query(sql)), seconds(lambda sql=sql: tables.query(sql, as_of=first))
        differs = tables.query(sql).to_pylist() != tables.query(sql, as_of=first).to_pylist()
        yield {"part": "corrections", "kind": "as of", "table": table, "now_s": now, "as_of_s": then, "ratio": round(then / now, 2), "differs": differs}


def main() -> None:
    """Command line."""
    parser = options(__doc__, rounds=1)
    parser.add_argument("--scale", type=int, default=100)
    parser.add_argument("--lakehouse", type=Path, help="a built lakehouse with a second release; it is spoilt")
    parser.add_argument("--landing", type=Path, help="its landing folder")
    parser.add_argument("--corrections", type=int, action="append", help="after how many corrections totals are asked (1, 10, 100)")
    args = parser.parse_args()
    os.environ.update(environment(args))
    with scratch(args, "corrections") as folder:
        days = Days(args, folder)
        if args.lakehouse is None:
            days.build()
            days.decision()
            days.run("decision")
        house = Lakehouse(Settings.from_environment(days.lakehouse, days.landing))
        for line in as_of(house, days.lakehouse):
            tell(line)
        for line in figures(house, args.corrections or [1, 10, 100]):
            tell(line)


if __name__ == "__main__":
    main()
