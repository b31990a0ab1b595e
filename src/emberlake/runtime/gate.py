"""The verdict before a release: each table's suite, run by Great Expectations in one process.

The only module that imports great_expectations, and only when a verdict is asked for: the import costs seconds.
"""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from emberlake.contracts.model import ContractError
from emberlake.contracts.suite import suite, view_name
from emberlake.errors import EmberlakeError
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.ledger import net
from emberlake.runtime.session import suited_to
from emberlake.runtime.settings import now


class Refused(EmberlakeError):
    """An expectation of severity reject does not hold; nothing is published."""


def validate(lakehouse: Lakehouse, run_id: str, versions: dict[str, int], progress: Callable[[str], None]) -> list[dict[str, Any]]:
    """Rows of `audit.verdict` for these tables at these versions; raises Refused where a verdict says so."""
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    spark = lakehouse.spark  # opened first: Great Expectations would start a session of its own, local and without Delta
    source = context.data_sources.add_spark("lakehouse")
    verdicts: list[dict[str, Any]] = []
    for table, version in versions.items():
        progress(f"suite of {table}")
        expectations = gx.ExpectationSuite(**committed_suite(lakehouse, table))
        frame = net(lakehouse.store.read(spark, table, version)) if is_ledger(lakehouse, table) else lakehouse.store.read(spark, table, version)
        register_references(lakehouse, table)
        batch = source.add_dataframe_asset(table).add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
        with suited_to(spark, lakehouse.store.row_count(table, version)):
            result = batch.validate(expectations, result_format="SUMMARY")
        verdicts += [row | {"run_id": run_id, "table_name": table, "table_version": version, "validated_at": now()} for row in findings(result.results)]
    lakehouse.books.write("verdict", verdicts)
    refuse(verdicts)
    return verdicts


def is_ledger(lakehouse: Lakehouse, table: str) -> bool:
    return lakehouse.contract(table).write.mode == "ledger"


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
    packed = Path(__file__).parents[1] / "_expectations"
    return packed if packed.is_dir() else Path(__file__).parents[3] / "expectations"


def register_references(lakehouse: Lakehouse, table: str) -> None:
    for column in lakehouse.contract(table).columns:
        if column.references:
            referenced = column.references.rsplit(".", 1)[0]
            frame = lakehouse.store.read(lakehouse.spark, referenced, lakehouse.store.version(referenced))
            frame.createOrReplaceTempView(view_name(referenced))


def findings(results: Iterable[Any]) -> list[dict[str, Any]]:
    rows = []
    for result in results:
        config = result.expectation_config
        count = result.result.get("unexpected_count")
        if count is None and config.type == "unexpected_rows_expectation":
            count = result.result.get("observed_value")
        rows.append({
            "expectation_id": config.meta["id"], "expectation_type": config.type, "severity": config.meta["severity"],
            "is_success": bool(result.success), "unexpected_count": None if count is None else int(count), "message": config.meta["message"] + trouble(result),
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
