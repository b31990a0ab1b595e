"""The floor: what Spark alone needs to read the same files and write the same bytes of all layers once, in a process of its own.

    python benchmarks/floor.py LAKEHOUSE LANDING TARGET REPORT

The session is Emberlake's own. Each bronze table is read from its extracts by Spark's CSV reader, typed by the contract, and
written as plain parquet with the columns that say where a row came from; of each silver and gold table the rows of the built
lakehouse are read and written. No rule, join, key, statistic, log or suite. REPORT gets seconds, rows and bytes by table.
"""

import argparse
import json
from pathlib import Path
from time import perf_counter
from typing import Any

import pyarrow.parquet as pq
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from emberlake.contracts.model import Contract
from emberlake.contracts.types import struct_json
from emberlake.names import LAYERS, layer_of, short_name
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.landing.folder import Found, find
from emberlake.runtime.session import spark_session
from emberlake.runtime.settings import Settings
from emberlake.runtime.store import actions

RECORDS = (1 << 33) - 1  # what of an increasing id is the number of the row within its task


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("lakehouse", "landing", "target", "report"):
        parser.add_argument(name, type=Path)
    args = parser.parse_args()
    started = perf_counter()
    # The session that a first run gets: how Java is started depends on what lies in the folders.
    session = spark_session(Settings.from_environment(args.target, args.landing))
    session.conf.set("spark.sql.legacy.javaCharsets", "true")  # Spark 4 reads Windows-1252 only when asked to
    house = Lakehouse(Settings.from_environment(args.lakehouse, args.landing))
    seconds = {"session": round(perf_counter() - started, 3)}
    files, _ = find(house)
    for table in standing(house):
        started = perf_counter()
        contract = house.contract(table)
        frame = from_extracts(house, contract, files) if contract.layer == "bronze" else from_lakehouse(house, contract)
        frame.write.partitionBy(*contract.partitions).parquet(str(args.target / layer_of(table) / short_name(table)))
        seconds[table] = round(perf_counter() - started, 3)
    args.report.write_text(json.dumps({"seconds": seconds, **written(args.target, standing(house))}), encoding="utf-8")


def standing(house: Lakehouse) -> list[str]:
    """Tables of the lakehouse that hold anything, layer by layer."""
    tables = [name for name in house.contracts if layer_of(name) in LAYERS and house.store.exists(name) and house.store.row_count(name)]
    return sorted(tables, key=lambda name: (LAYERS.index(layer_of(name)), name))


def from_extracts(house: Lakehouse, contract: Contract, files: list[Found]) -> DataFrame:
    """The extracts of a bronze table in the contract's columns and types; what cannot be read is NULL."""
    landed = {row["file_name"]: row for row in house.books.read("landing", table_name=contract.name)}
    own = [found for found in files if found.contract.name == contract.name]
    frame = house.spark.read.schema(source_schema(contract)).options(**dialect(contract, any(landed[f.name]["is_multiline"] for f in own)))
    read = frame.csv([str(found.path) for found in own]).withColumn("_file", hash_of_file({f.path.name: landed[f.name]["file_hash"] for f in own}))
    properties = contract.server().properties
    owner = F.lit(properties["organisation"]) if "organisation" in properties else F.col(properties["organisationColumn"])
    number = F.monotonically_increasing_id().bitwiseAND(F.lit(RECORDS)) + 1
    origin = {
        "_source_row_id": F.concat_ws(":", "_file", number), "_source_file": F.col("_file"), "_source_line": number + 1,
        "_landed_at": F.lit(max(row["landed_at"] for row in landed.values())), "_organisation_id": owner, "_corrects": F.lit(None).cast("string"),
    }  # fmt: skip
    return read.select(*[origin[c.name].alias(c.name) if c.name in origin else c.name for c in contract.columns])


def source_schema(contract: Contract) -> StructType:
    """The columns that a file has, in its order."""
    return StructType([f for f in StructType.fromJson(struct_json(contract)).fields if not f.name.startswith("_")])


def dialect(contract: Contract, is_multiline: bool) -> dict[str, Any]:
    """The contract's dialect in the words of Spark's CSV reader, which knows no minus behind a number."""
    server = contract.server()
    properties = server.properties
    quote = properties.get("quote", '"')
    written = {c.options["format"] for c in contract.columns if c.type == "date" and "format" in c.options}
    return {
        "sep": server.delimiter, "header": True, "encoding": server.encoding, "quote": "" if quote == "none" else quote,
        "escape": "\\" if quote == "none" else quote, "multiLine": is_multiline, "mode": "PERMISSIVE",
        "locale": "de-DE" if properties.get("decimalSeparator") == "," else "en-US", "dateFormat": written.pop() if written else "yyyy-MM-dd",
    }  # fmt: skip


def hash_of_file(hashes: dict[str, str]) -> Column:
    """The hash under which a file landed, by its name."""
    pairs = [F.lit(text) for pair in hashes.items() for text in pair]
    return F.create_map(*pairs)[F.element_at(F.split(F.input_file_name(), "/"), -1)]


def from_lakehouse(house: Lakehouse, contract: Contract) -> DataFrame:
    """The rows of a built table, from its data files."""
    folder = house.store.path(contract.name)
    files = [str(folder / name) for name in actions(house.store.handle(contract.name)).column("path").to_pylist()]
    return house.spark.read.schema(StructType.fromJson(struct_json(contract))).option("basePath", str(folder)).parquet(*files)


def written(target: Path, tables: list[str]) -> dict[str, dict[str, int]]:
    """Rows and bytes of each table's data files."""
    parts = {table: list((target / layer_of(table) / short_name(table)).rglob("*.parquet")) for table in tables}
    rows = {table: sum(pq.ParquetFile(path).metadata.num_rows for path in paths) for table, paths in parts.items()}
    return {"rows": rows, "bytes": {table: sum(path.stat().st_size for path in paths) for table, paths in parts.items()}}


if __name__ == "__main__":
    main()
