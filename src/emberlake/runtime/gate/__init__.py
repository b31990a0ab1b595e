"""The verdict before a release: each table's suite, run by Great Expectations in one process.

The only package that imports great_expectations, and only when a verdict will be asked for: the import costs seconds.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from emberlake.contracts.model import ContractError
from emberlake.contracts.suite import suite, view_name
from emberlake.errors import EmberlakeError
from emberlake.runtime.gate.part import changed_part
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.ledger import net
from emberlake.runtime.session import suited_to

COUNTS = {"result_format": "BASIC", "partial_unexpected_count": 0}  # a verdict holds numbers; no example is fetched


class Refused(EmberlakeError):
    """An expectation of severity reject does not hold; nothing is published."""


def make_ready() -> None:
    """Import what a verdict needs while Spark is at work; what goes wrong is told where it is needed."""

    def load() -> None:
        with suppress(Exception):
            import_module("great_expectations")

    Thread(target=load, daemon=True).start()


def validate(lakehouse: Lakehouse, run_id: str, versions: dict[str, int], standing: dict[str, int], progress: Callable[[str], None]) -> list[dict[str, Any]]:
    """Rows of `audit.verdict` for these tables at these versions; raises Refused where a verdict says so.

    `standing`: table → version of all that is to be released; what a suite refers to is read at that version.
    """
    source, verdicts = data_source(lakehouse.spark), []
    for table, version in versions.items():
        progress(f"suite of {table}")
        committed = committed_suite(lakehouse, table)
        named = hashlib.sha256(json.dumps(committed, sort_keys=True).encode()).hexdigest()[:16]
        part = changed_part(lakehouse, table, version, standing, named)
        rows = part.rows if part else rows_in_force(lakehouse, table, version)
        register_references(lakehouse, table, standing, rows if part else None)
        facts = {"run_id": run_id, "table_name": table, "table_version": version, "suite_hash": named, "since_version": part.since_version if part else None}
        with suited_to(lakehouse.spark, lakehouse.store.row_count(table, version)):
            verdicts += [row | facts | {"validated_at": lakehouse.books.now()} for row in judge(source, committed, rows)]
        rows.unpersist()
    lakehouse.books.write("verdict", verdicts)
    refuse(verdicts)
    return verdicts


def data_source(_session: SparkSession) -> Any:
    """Great Expectations over the session that is open; where none is, it would start its own, local and without Delta."""
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    return context.data_sources.add_spark("lakehouse", persist=False)  # kept in memory, a table is read with all its columns


def judge(source: Any, committed: dict[str, Any], rows: DataFrame) -> list[dict[str, Any]]:
    """What a suite finds in rows; an expectation that cannot be evaluated does not hold, and says why."""
    from great_expectations import ExpectationSuite

    from emberlake.runtime.gate.unexpected_rows import counted

    definition = source.add_dataframe_asset(committed["name"]).add_batch_definition_whole_dataframe("all")
    batch = definition.get_batch({"dataframe": rows})
    results = batch.validate(ExpectationSuite(**counted(committed)), result_format=COUNTS).results
    if any(trouble(result) for result in results):  # queries that ran together share one trouble: run each by itself
        results = batch.validate(ExpectationSuite(**committed), result_format=COUNTS).results
    return findings(results, {e["meta"]["id"]: e["type"] for e in committed["expectations"]})


def rows_in_force(lakehouse: Lakehouse, table: str, version: int) -> DataFrame:
    """The rows that a version says stand; of a ledger those that no reversal takes back."""
    rows = lakehouse.store.read(lakehouse.spark, table, version)
    return net(rows) if lakehouse.contract(table).write.mode == "ledger" else rows


def committed_suite(lakehouse: Lakehouse, table: str) -> dict[str, Any]:
    """The suite as it is committed; contracts outside this installation have theirs rendered on the spot."""
    contract = lakehouse.contract(table)
    if lakehouse.settings.schemas:
        return suite(contract)
    path = expectations_folder() / contract.layer / f"{contract.short_name}.json"
    if not path.exists():
        raise ContractError(f"{path} is missing; render it with: emberlake contracts render")
    return dict(json.loads(path.read_text(encoding="utf-8")))


def expectations_folder() -> Path:
    packed = Path(__file__).parents[2] / "_expectations"
    return packed if packed.is_dir() else Path(__file__).parents[4] / "expectations"


def register_references(lakehouse: Lakehouse, table: str, standing: dict[str, int], part: DataFrame | None = None) -> None:
    """Views of the tables that a suite refers to, as they are to be released; of one that no build finished, the empty version.

    For a part of a table only those of their rows that it names.
    """
    named: dict[tuple[str, str], list[str]] = {}
    for column in lakehouse.contract(table).columns:
        if column.references:
            referenced, key = column.references.rsplit(".", 1)
            named.setdefault((referenced, key), []).append(column.name)
    for (referenced, key), columns in named.items():
        rows = rows_in_force(lakehouse, referenced, standing.get(referenced, 0))
        if part is not None and sum(table == referenced for table, _ in named) == 1:
            values = part.select(F.explode(F.array(*columns)).alias(key)).distinct()
            rows = rows.join(F.broadcast(values), on=key, how="left_semi")
        rows.createOrReplaceTempView(view_name(referenced))


def findings(results: Iterable[Any], types: Mapping[str, str]) -> list[dict[str, Any]]:
    """A row for each result; `types` gives the committed type of an expectation by its id."""
    rows = []
    for result in results:
        meta, count = result.expectation_config.meta, result.result.get("unexpected_count")
        kind = types[meta["id"]]
        if count is None and kind == "unexpected_rows_expectation":
            count = result.result.get("observed_value")
        rows.append({
            "expectation_id": meta["id"], "expectation_type": kind, "severity": meta["severity"],
            "is_success": bool(result.success), "unexpected_count": None if count is None else int(count), "message": meta["message"] + trouble(result),
        })  # fmt: skip
    return rows


def trouble(result: Any) -> str:
    info = result.exception_info or {}
    infos = [info] if "raised_exception" in info else list(info.values())
    messages = [str(i.get("exception_message")) for i in infos if isinstance(i, dict) and i.get("raised_exception")]
    return f" (could not be evaluated: {messages[0][:500]})" if messages else ""


def refuse(verdicts: list[dict[str, Any]]) -> None:
    bad = [v for v in verdicts if not v["is_success"] and v["severity"] == "reject"]
    if bad:
        lines = "; ".join(f"{v['table_name']} [{v['expectation_id']}] {v['message']} ({v['unexpected_count']} rows)" for v in bad)
        raise Refused(f"nothing was published: {lines}. The tables are written and can be read by version; mend the cause and run again.")
