"""The rates of the European Central Bank are taken by place, so a header that has changed must stop the load."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.landing import land
from emberlake.runtime.quarantine import Rejected
from emberlake.runtime.run import Run, Selection, run
from emberlake.runtime.settings import Settings

pytestmark = pytest.mark.slow

TABLE = "bronze.ecb_eurofxref"
CURRENCIES = (
    "USD,JPY,BGN,CYP,CZK,DKK,EEK,GBP,HUF,LTL,LVL,MTL,PLN,ROL,RON,SEK,SIT,SKK,CHF,ISK,NOK,HRK,RUB,TRL,TRY,AUD,BRL,CAD,CNY,HKD,IDR,ILS,"
    "INR,KRW,MXN,MYR,NZD,PHP,SGD,THB,ZAR"
)


def built(folder: Path, header: str) -> Run:
    file = folder / "landing" / "ecb" / "eurofxref-hist.csv"
    file.parent.mkdir(parents=True)
    file.write_text(f"{header},\n2022-05-06,1.057,137.75,{'N/A,' * 39}\n", encoding="utf-8")
    lakehouse = Lakehouse(Settings(folder / "lakehouse", folder / "landing"))
    try:
        assert land(lakehouse).refused == ()
        return run(lakehouse, Selection((TABLE,), publish=False))
    finally:
        lakehouse.lineage.close()


def test_the_known_header_is_left_out_and_counted(spark: SparkSession, tmp_path: Path) -> None:
    account = built(tmp_path, f"Date,{CURRENCIES}").accounts[TABLE]
    assert (account.input_count, account.written_count, account.rule_counts) == (2, 1, {"EMB-ECB-001": 1})


def test_two_currencies_that_changed_places_stop_the_load(spark: SparkSession, tmp_path: Path) -> None:
    swapped = CURRENCIES.replace("USD,JPY", "JPY,USD")
    with pytest.raises(Rejected, match="EMB-ECB-002"):
        built(tmp_path, f"Date,{swapped}")
