"""Bad rows that come in pairs: a line that is delivered twice, and a receipt with its reversal."""

from collections.abc import Callable
from dataclasses import replace

from emberlake.sample.kinds import Occurrence
from emberlake.sample.months import fiscal, posting_days
from emberlake.sample.record import Dialect, Draft, Record

Placed = tuple[int, Record]
REVERSALS = 8_000_000  # range of numbers of reversal documents


def redelivered_same(dialect: Dialect, draft: Draft, occurrence: Occurrence) -> list[Placed]:
    """The same record again in the file of the next month."""
    first = _record(dialect, draft, occurrence)
    again = replace(first, day=1, kind=occurrence.kind)
    return [(occurrence.month, replace(first, amounts=draft.amounts)), (occurrence.month + 1, again)]


def redelivered_changed(dialect: Dialect, draft: Draft, occurrence: Occurrence) -> list[Placed]:
    """The same line again in the file of the next month, with one unit more."""
    one_more = 1_000 if draft.amounts.quantity > 0 else -1_000
    amounts = replace(draft.amounts, quantity=draft.amounts.quantity + one_more)
    quantity = dialect.role["quantity"]
    changed = draft.but({quantity: dialect.quantity_text(amounts.quantity)}, amounts)
    again = replace(_record(dialect, changed, occurrence), day=1, kind=occurrence.kind, amounts=amounts, column=quantity)
    return [(occurrence.month, _record(dialect, draft, occurrence)), (occurrence.month + 1, again)]


def reversal(dialect: Dialect, draft: Draft, occurrence: Occurrence) -> list[Placed]:
    """A receipt (101) and the document that takes it back (102): by turns in the same month and in the next."""
    receipt = draft.but({"BWART": "101", "SHKZG": "S", "DMBTR": draft.fields["DMBTR"].removesuffix("-")})
    month = occurrence.month + occurrence.number % 2
    day = posting_days(month)[-1]
    year, part = fiscal(month)
    document = dialect.document_text(month, REVERSALS + occurrence.number)
    back = receipt.but(
        {
            "BWART": "102", "SHKZG": "H", "MBLNR": document,
            "BUDAT_MKPF": f"{day:%Y%m%d}", "GJAHR": str(year), "MONAT": f"{part:02d}",
            "SMBLN": receipt.fields["MBLNR"], "SJAHR": receipt.fields["MJAHR"], "SMBLP": receipt.fields["ZEILE"],
        }
    )  # fmt: skip
    both = [(occurrence.month, receipt), (month, replace(back, day=day.day))]
    placed = [(where, _record(dialect, one, occurrence)) for where, one in both]
    return [(where, replace(one, kind=occurrence.kind, column="BWART")) for where, one in placed]


def _record(dialect: Dialect, draft: Draft, occurrence: Occurrence) -> Record:
    pair = f"{occurrence.kind.name}-{occurrence.number}"
    return Record(dialect.line(draft.fields), draft.day, dialect.key_of(draft.fields), None, None, pair=pair)


PAIRS: dict[str, Callable[[Dialect, Draft, Occurrence], list[Placed]]] = {one.__name__: one for one in (redelivered_same, redelivered_changed, reversal)}
