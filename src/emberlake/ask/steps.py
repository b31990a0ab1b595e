"""How a receipt's mass and money came about, step by step, from the rows that were used."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from emberlake.ask.explanation import MassStep, MoneyStep, Rate
from emberlake.ask.recompute import EXACT, half_up
from emberlake.tables import Tables

Row = Mapping[str, Any]


def mass_step(tables: Tables, versions: Mapping[str, int], receipt: Row) -> MassStep:
    """The mass of a receipt: its unit's ratio, and the mass of a piece where it counts pieces."""
    unit = first(tables.find("silver.unit", versions["silver.unit"], unit_set=receipt["unit_set"], unit_code=receipt["unit_code"]))
    material = first(tables.find("silver.material", versions["silver.material"], material_id=receipt["material_id"]))
    ratio = unit["base_per_unit"] if unit else None
    base = None if ratio is None else half_up(EXACT.multiply(receipt["quantity"], ratio), 6)
    dimension = unit["dimension"] if unit else None
    piece = material["mass_kg_per_piece"] if material and dimension == "count" else None
    return MassStep(
        quantity=receipt["quantity"], unit_set=receipt["unit_set"], unit_code=receipt["unit_code"],
        unit_name=unit["unit_name"] if unit else None, unit_expression=unit["unit_expression"] if unit else None,
        dimension=dimension, base_unit_code=unit["base_unit_code"] if unit else None, base_per_unit=ratio, base_quantity=base,
        mass_kg_per_piece=piece, mass_kg=receipt["mass_kg"], mass_reason=receipt["mass_reason"], material=material,
        words=mass_words(receipt, unit, base, piece),
    )  # fmt: skip


def mass_words(receipt: Row, unit: Row | None, base: Decimal | None, piece: Decimal | None) -> str:
    code = receipt["unit_code"]
    if unit is None or base is None:
        return f"{digits(receipt['quantity'])} {code}: what the unit means is not known"
    to = unit["base_unit_code"]
    words = f"{digits(receipt['quantity'])} {code} × {digits(unit['base_per_unit'])} {to}/{code} = {digits(base)} {to}"
    if unit["dimension"] == "mass":
        return words
    if piece is None:
        return f"{words}; the mass of that is not known ({receipt['mass_reason']})"
    return f"{words} × {digits(piece)} kg/{to} = {digits(receipt['mass_kg'])} kg"


def money_step(tables: Tables, versions: Mapping[str, int], receipt: Row) -> MoneyStep:
    """The money of a receipt: to euro by the rate of its currency, from there to US dollar."""
    currency, day = receipt["currency_code"], receipt["posting_date"]
    wanted = sorted({currency, "USD"} - {"EUR"})
    pair = {"from_currency_code": "EUR", "to_currency_code": wanted, "rate_date": day}
    found = tables.find("silver.exchange_rate", versions["silver.exchange_rate"], source_system=receipt["rate_source_system"], **pair)
    published = {row["to_currency_code"]: rate_of(tables, versions, row) for row in found}
    own, dollar = published.get(currency), published.get("USD")
    step = MoneyStep(
        net_amount=receipt["net_amount"], currency_code=currency, rate_per_eur=own.rate_per_eur if own else None,
        usd_per_eur=dollar.rate_per_eur if dollar else None, spend_eur=receipt["spend_eur"], spend_usd=receipt["spend_usd"],
        rates=tuple(published[code] for code in wanted if code in published), words="",
    )  # fmt: skip
    return MoneyStep(**{**vars(step), "words": money_words(step)})


def money_words(step: MoneyStep) -> str:
    words, code = f"{digits(step.net_amount)} {step.currency_code}", step.currency_code
    if code != "EUR":
        words += f" ÷ {digits(step.rate_per_eur)} {code}/EUR = {digits(step.spend_eur)} EUR"
    if code == "USD":
        return f"{words}; the amount is in US dollar already"
    return f"{words} × {digits(step.usd_per_eur)} USD/EUR = {digits(step.spend_usd)} USD"


def rate_of(tables: Tables, versions: Mapping[str, int], row: Row) -> Rate:
    """A rate with where it was published: as its bronze row says, or else the extract and the record that it stands in."""
    row_id, feed_name = row["_source_row_id"], row["source_system"]
    table = next(f.inputs[0] for f in tables.contract("silver.exchange_rate").feeds if f.name == feed_name)
    file_hash, _, record = row_id.rpartition(":")
    version = versions.get(table, tables.store.version(table))  # bronze is only ever appended to: the row is the same in each
    origin = first(tables.find(table, version, _source_file=file_hash, _source_row_id=row_id)) or {}
    landed = first(tables.books.read("landing", table_name=table, file_hash=file_hash)) or {}
    return Rate(
        row["rate_id"], row["to_currency_code"], row["rate"], row["rate_date"], row["published_date"],
        origin.get("source") or landed.get("file_name"), origin.get("source_locator") or f"record {record}",
    )  # fmt: skip


def first(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The first of some rows, or None."""
    return rows[0] if rows else None


def digits(value: Decimal | None) -> str:
    """All digits of a number; a value that is not there is said to be missing."""
    return "(missing)" if value is None else format(value, "f")
