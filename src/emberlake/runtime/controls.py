"""Control totals of what stands: mass, spend and emissions of one feed of a table, summed exactly from one version of it."""

from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from emberlake.carbon.sums import exact_sum
from emberlake.runtime.lakehouse import Lakehouse

if TYPE_CHECKING:
    from emberlake.runtime.build import Order

DIGITS = 60  # more than any sum of decimal(38) columns has


def standing_controls(lakehouse: Lakehouse, order: "Order", version: int) -> dict[str, str]:
    """Control total → sum as a decimal text, of the rows of the order's feed; a ledger's reversals count as they are posted."""
    named = {c.name: str(c.control) for c in order.contract.columns if c.control}
    if not named:
        return {}
    own = pc.field("source_system") == order.feed.name if order.feed.name else None
    totals: dict[str, Decimal] = {}
    for batch in lakehouse.store.dataset(order.contract.name, version).to_batches(columns=list(named), filter=own):
        for name in named:
            wide = pc.cast(batch.column(name), pa.decimal256(DIGITS, batch.schema.field(name).type.scale))
            if (total := exact_sum([totals.get(name), pc.sum(wide).as_py()])) is not None:
                totals[name] = total
    return {named[name]: f"{total:f}" for name, total in totals.items()}
