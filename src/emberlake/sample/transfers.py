"""Goods that the British plant sends to the German one: delivery lines of the one ERP, stock transfers received in the other.

Most pairs agree; some are broken on purpose, and `expected` says what must be found of every one of them.
"""

import datetime as dt
from dataclasses import dataclass
from math import isqrt
from pathlib import Path

from emberlake.sample.kontor_masters import DAY
from emberlake.sample.masters import masters
from emberlake.sample.months import MONTHS, YEAR, posting_days
from emberlake.sample.seeds import generator
from emberlake.sample.written import Written, write

A_MONTH = 5  # consignments at scale 1
FIRST_DELIVERY, FIRST_RECEIPT = 80_000_001, 61_000_001
NEVER_RECEIVED, SHORT, MISTYPED, IN_PARTS = 7, 18, 29, 41  # places among the consignments
UNSENT = 80_999_001  # a delivery note that sap never wrote
LAST_DAY = dt.date(YEAR, 12, 31)


@dataclass(frozen=True)
class Consignment:
    """What was sent (in whole kilograms) and what was received of it: day, delivery note as it was keyed in, and kilograms."""

    delivery: int
    material: int
    sent: dt.date
    sent_kg: int
    received: tuple[tuple[dt.date, int, int], ...]
    status: str


def consignments(seed: int, scale: int) -> list[Consignment]:
    """All consignments of the year, in the order in which they were sent."""
    draw, materials = generator(seed, "transfers"), masters("sap", seed, scale).materials
    found: list[Consignment] = []
    for month in MONTHS:
        for day in sorted(int(d) for d in draw.integers(0, 20, A_MONTH * isqrt(scale))):
            sent, kg = posting_days(month)[day], int(draw.integers(100, 2_000))
            arrived = sent + dt.timedelta(days=int(draw.integers(2, 7)))
            found.append(consignment(len(found), materials[int(draw.integers(len(materials)))].number, sent, min(arrived, LAST_DAY), kg))
    last = found[-1]
    return [*found[:-1], Consignment(last.delivery, last.material, posting_days(12)[-2], last.sent_kg, (), "in_transit")]


def consignment(place: int, material: int, sent: dt.date, arrived: dt.date, kg: int) -> Consignment:
    """The consignment at a place; some places are those of broken ones."""
    delivery = FIRST_DELIVERY + place
    as_sent = ((arrived, delivery, kg),)
    received, status = {
        NEVER_RECEIVED: ((), "unexplained"),
        SHORT: (((arrived, delivery, kg - 25),), "quantity_differs"),
        MISTYPED: (((arrived, mistyped(delivery), kg),), "unexplained"),
        IN_PARTS: (((arrived, delivery, kg - 40), (arrived, delivery, 40)), "matched"),
    }.get(place, (as_sent, "matched"))
    return Consignment(delivery, material, sent, kg, received, status)


def mistyped(delivery: int) -> int:
    """A number with one digit mistyped: 80000030 as 89000030."""
    text = str(delivery)
    return int(f"{text[0]}9{text[2:]}")


def expected(seed: int = 2025, scale: int = 1) -> dict[str, str]:
    """Delivery note → status that must be found for it."""
    found = {str(one.delivery): one.status for one in consignments(seed, scale)}
    stray = {str(note): "unexplained" for one in consignments(seed, scale) for _, note, _ in one.received if note != one.delivery}
    return found | stray | {str(UNSENT): "unexplained"}


def write_sent(landing: Path, seed: int, scale: int) -> Written:
    """Delivery lines of sap; the weight in grams where it is below half a tonne, as nobody would choose and every ERP allows."""
    head = ("MANDT", "VBELN", "POSNR", "MATNR", "WERKS", "LFIMG", "VRKME", "NTGEW", "GEWEI", "WADAT_IST")
    rows = []
    for one in consignments(seed, scale):
        weight, unit = (f"{one.sent_kg}.000", "KG") if one.sent_kg >= 500 else (f"{one.sent_kg * 1000}.000", "G")
        rows.append(("100", f"{one.delivery:010d}", "000010", f"{one.material:018d}", "1000", f"{one.sent_kg}.000", "KG", weight, unit, f"{one.sent:%Y%m%d}"))
    content = "".join("|".join(row) + "\n" for row in (head, *rows)).encode()
    return Written(write(landing, f"sap/LIPS_{DAY}.txt", content, len(rows)))


def write_received(landing: Path, seed: int, scale: int) -> Written:
    """Stock transfers received by kontor, one of them for a delivery note that nobody wrote."""
    head = ("Umlagerung", "Position", "Eingangsdatum", "WerkNr", "Lieferschein", "GewichtKg")
    entries = [(day, note, kg) for one in consignments(seed, scale) for day, note, kg in one.received]
    entries.append((posting_days(5)[10], UNSENT, 333))
    rows = [
        (str(FIRST_RECEIPT + place), "1", f"{day:%d.%m.%Y}", "1000", str(note), f"{kg // 1000}.{kg % 1000:03d},000" if kg >= 1000 else f"{kg},000")
        for place, (day, note, kg) in enumerate(sorted(entries))
    ]
    content = "".join(";".join(row) + "\r\n" for row in (head, *rows)).encode("cp1252")
    return Written(write(landing, f"kontor/umlagerung_{DAY}.csv", content, len(rows)))
