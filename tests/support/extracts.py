"""Extracts read with the standard library alone: records as text, and numbers and dates in the words of each system.

Shares no code with the product, so that the product's readers and casts have somebody to disagree with.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

GERMAN = re.compile(r"-?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?", re.ASCII)
SAP = re.compile(r"(\d+)(\.\d+)?-?", re.ASCII)


@dataclass(frozen=True)
class Record:
    """One data record: where it stands, and its fields by column; None where their number is not that of the header."""

    file: str
    number: int  # from 1, the header not counted
    row_id: str
    fields: dict[str, str] | None

    def __getitem__(self, column: str) -> str:
        assert self.fields is not None
        return self.fields[column]


def records(landing: Path, pattern: str) -> Iterator[Record]:
    """Records of all files of an entity, in the order in which they arrive."""
    for path in sorted(landing.glob(pattern)):
        yield from records_of(path, str(path.relative_to(landing)))


def records_of(path: Path, name: str) -> Iterator[Record]:
    """Records of one file; the folder that it lies in tells the system that wrote it."""
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    text = content.decode("cp1252" if name.startswith("kontor/") else "utf-8")
    rows = csv.reader(io.StringIO(text, newline=""), **dialect(name))
    header = next(rows)
    for number, row in enumerate(rows, start=1):
        fields = dict(zip(header, row, strict=True)) if len(row) == len(header) else None
        yield Record(name, number, f"{digest}:{number}", fields)


def dialect(name: str) -> dict[str, object]:
    if name.startswith("sap/"):
        return {"delimiter": "|", "quoting": csv.QUOTE_NONE}
    return {"delimiter": ";" if name.startswith("kontor/") else ",", "strict": True}


def german_number(text: str, places: int) -> Decimal | None:
    """`1.234,50`; None where the text is no such number or has more than `places` digits behind the comma."""
    if not GERMAN.fullmatch(text):
        return None
    return within(Decimal(text.replace(".", "").replace(",", ".")), places)


def sap_number(text: str, places: int) -> Decimal | None:
    """`1234.50` or `1234.50-`."""
    if not SAP.fullmatch(text):
        return None
    amount = Decimal(text.removesuffix("-"))
    return within(-amount if text.endswith("-") else amount, places)


def within(amount: Decimal, places: int) -> Decimal | None:
    return amount if amount == amount.quantize(Decimal(1).scaleb(-places)) else None


def day(text: str, written: str) -> date | None:
    """A date of the calendar, or None."""
    try:
        return datetime.strptime(text, written).date()
    except ValueError:
        return None
