"""Numbers of the real extracts explain themselves: random ones, with and without a number, down to their lines."""

import random

import pytest
from real_lakehouse import Real

from emberlake.ask.explain import explain_emission
from emberlake.tables import Tables

pytestmark = pytest.mark.slow


def test_random_emissions_walk_back_to_their_lines(real: Real) -> None:
    tables = Tables(real.lakehouse.settings.lakehouse, real.lakehouse.contracts)
    emissions = real.rows("gold.emission", "emission_id", "kgco2e", "reason")
    priced = sorted(row["emission_id"] for row in emissions if row["kgco2e"] is not None)
    unpriced = sorted(row["emission_id"] for row in emissions if row["reason"])
    draw = random.Random(7)
    for emission_id in draw.sample(priced, 3) + draw.sample(unpriced, 2):
        explained = explain_emission(tables, emission_id)
        record = explained.source.record
        order, line = emission_id.split("|")[0].removeprefix("3.1:adventureworks:").split("/")
        assert record.text.split("\t")[:2] == [order, line]
        assert record.extract.file_name == "adventureworks/PurchaseOrderDetail.csv"
        assert [rate.source for rate in explained.money.rates] == ["ecb/eurofxref-hist.csv"]
        assert (explained.missing is None) == (emission_id in priced)
