"""What a table is made as, and what may become of it in place: columns are added, and nothing else."""

import json
from typing import Any

from deltalake import DeltaTable

from emberlake.contracts.model import Contract
from emberlake.contracts.types import struct_json
from emberlake.errors import EmberlakeError


class BreakingChange(EmberlakeError):
    """A contract differs from its table in a way that cannot be altered in place; the message is the plan."""


def layout(contract: Contract) -> dict[str, str]:
    """Table properties: what every public reader can read, statistics only where queries filter."""
    days = f"interval {contract.retention_days} days"
    filtered = [*contract.key, *(c for c in ("period", "_source_row_id", "activity_id", "goods_receipt_id") if contract.has(c))]
    properties = {
        "delta.checkpointInterval": "1000",  # the first checkpoint of a tiny table costs more than its reads
        "delta.logRetentionDuration": days,
        "delta.deletedFileRetentionDuration": days,
        "delta.dataSkippingStatsColumns": ",".join(dict.fromkeys(c for c in filtered if c not in contract.partitions)),
    }
    if contract.write.mode in ("append", "ledger") and contract.name != "audit.quarantine":
        properties["delta.appendOnly"] = "true"
    return properties


def additions(contract: Contract, handle: DeltaTable) -> list[Any]:
    """Columns that the contract adds; raises BreakingChange with a plan for anything that is not an addition."""
    old = {f["name"]: f for f in json.loads(handle.schema().to_json())["fields"]}
    new = {f["name"]: f for f in struct_json(contract)["fields"]}
    breaks = [f"column {name} is gone" for name in old if name not in new]
    breaks += [f"column {n}: {old[n]['type']} becomes {new[n]['type']}" for n in new if n in old and old[n]["type"] != new[n]["type"]]
    breaks += [f"column {n} becomes required" for n in new if n in old and old[n]["nullable"] and not new[n]["nullable"]]
    added = [c for c in contract.columns if c.name not in old]
    breaks += [f"column {c.name} is new and required" for c in added if c.required]
    if list(handle.metadata().partition_columns) != list(contract.partitions):
        breaks.append(f"partitioned by {handle.metadata().partition_columns}, now {list(contract.partitions)}")
    if breaks:
        name = contract.name
        raise BreakingChange(
            f"{name}: the contract {contract.path.name} breaks the table that exists: {'; '.join(breaks)}. Nothing was changed. "
            f"Plan: 1. leave {name} as it is and name the new contract {name}_v2, with its function and cases; 2. point the "
            f"inputs of the tables that read {name} to {name}_v2; 3. run them; 4. remove {name} when nobody reads it."
        )
    return added
