"""The same tables in the parquet edition of 2019 agree with the extracts as the READMEs say."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from real_lakehouse import Real

pytestmark = pytest.mark.slow

MOVED = timedelta(days=4017)
SAME = {
    "Purchasing.PurchaseOrderDetail": ("purchase_order_detail", ["PurchaseOrderDetailID"], [
        "PurchaseOrderID", "OrderQty", "ProductID", "UnitPrice", "LineTotal", "ReceivedQty", "RejectedQty", "StockedQty"]),
    "Purchasing.PurchaseOrderHeader": ("purchase_order_header", ["PurchaseOrderID"], [
        "Status", "EmployeeID", "VendorID", "ShipMethodID", "SubTotal", "TaxAmt", "Freight", "TotalDue"]),
    "Purchasing.ProductVendor": ("product_vendor", ["ProductID", "BusinessEntityID"], [
        "AverageLeadTime", "StandardPrice", "LastReceiptCost", "MinOrderQty", "MaxOrderQty", "OnOrderQty", "UnitMeasureCode"]),
    "Purchasing.Vendor": ("vendor", ["BusinessEntityID"], ["AccountNumber", "Name", "CreditRating"]),
    "Production.Product": ("product", ["ProductID"], ["Name", "ProductNumber", "Weight", "WeightUnitMeasureCode", "ProductSubcategoryID"]),
    "Production.ProductSubcategory": ("product_subcategory", ["ProductSubcategoryID"], ["ProductCategoryID", "Name"]),
    "Production.UnitMeasure": ("unit_measure", ["UnitMeasureCode"], ["Name"]),
    "Sales.CurrencyRate": ("currency_rate", ["CurrencyRateID"], ["FromCurrencyCode", "ToCurrencyCode", "AverageRate", "EndOfDayRate"]),
}  # fmt: skip


@pytest.fixture(scope="module")
def edition(data: Path) -> Path:
    folder = data / "adventureworks_parquet_2019"
    if not folder.is_dir():
        pytest.skip("the parquet edition (../shared/data/adventureworks_parquet_2019) is not at hand")
    return folder


def ours(real: Real, table: str) -> list[dict[str, Any]]:
    """Rows of a bronze table under the names of the source."""
    contract = real.lakehouse.contract(f"bronze.adventureworks_{table}")
    names = {column.name: column.physical_name or column.name for column in contract.columns}
    return [{names[name]: value for name, value in row.items()} for row in real.rows(contract.name)]


def theirs(edition: Path, table: str) -> list[dict[str, Any]]:
    return [{name: trimmed(value) for name, value in row.items()} for row in pq.read_table(edition / f"{table}.parquet").to_pylist()]


def trimmed(value: Any) -> Any:
    """Codes lose their padding, missing numbers come as NaN, dates with a time of day."""
    if isinstance(value, str):
        return value.rstrip(" ")
    if isinstance(value, float):
        return None if value != value else int(value)
    return value


def keyed(rows: list[dict[str, Any]], key: list[str], columns: list[str]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    return {tuple(row[k] for k in key): tuple(row[c] for c in columns) for row in rows}


@pytest.mark.parametrize("table", SAME)
def test_quantities_prices_and_names_are_identical(real: Real, edition: Path, table: str) -> None:
    name, key, columns = SAME[table]
    expected, found = keyed(theirs(edition, table), key, columns), keyed(ours(real, name), key, columns)
    assert {k: (found.get(k), v) for k, v in expected.items() if found.get(k) != v} == {}
    assert len(found) == len(expected)


DATED = [
    ("Purchasing.PurchaseOrderHeader", ["OrderDate", "ShipDate"]),
    ("Purchasing.PurchaseOrderDetail", ["DueDate"]),
    ("Sales.CurrencyRate", ["CurrencyRateDate"]),
]


@pytest.mark.parametrize(("table", "columns"), DATED)
def test_dates_are_4017_days_later(real: Real, edition: Path, table: str, columns: list[str]) -> None:
    name, key, _ = SAME[table]
    found = keyed(ours(real, name), key, columns)
    pairs = [pair for k, days in keyed(theirs(edition, table), key, columns).items() for pair in zip(found[k], days, strict=True)]
    gaps = Counter(day - date(was.year, was.month, was.day) for day, was in pairs)
    assert gaps == {MOVED: len(found) * len(columns)}


def test_revisions_are_one_higher(real: Real, edition: Path) -> None:
    key, column = ["PurchaseOrderID"], ["RevisionNumber"]
    before = keyed(theirs(edition, "Purchasing.PurchaseOrderHeader"), key, column)
    after = keyed(ours(real, "purchase_order_header"), key, column)
    assert Counter(after[k][0] - before[k][0] for k in after) == {1: 4012}


def test_stock_movements_would_have_overstated_what_was_kept(real: Real, edition: Path) -> None:
    logged = theirs(edition, "Production.TransactionHistory") + theirs(edition, "Production.TransactionHistoryArchive")
    movements = [row for row in logged if row["TransactionType"] == "P"]
    status = {row["PurchaseOrderID"]: row["Status"] for row in ours(real, "purchase_order_header")}
    moved = Counter({s: sum(m["Quantity"] for m in movements if status[m["ReferenceOrderID"]] == s) for s in (2, 3, 4)})
    kept = sum(row["quantity"] for row in real.rows("silver.goods_receipt", "quantity"))
    assert (len(movements), moved[2], moved[3], moved[4], kept) == (8788, 0, 46747, 2079834, 2035606)
