"""Bad rows among the receipts: an ordinary line is drawn and then spoilt in one named way.

Every occurrence has random numbers of its own, so that next month's file can repeat it
without having seen this one.
"""

from dataclasses import replace

from emberlake.sample.kinds import RECEIPT_KINDS, Occurrence
from emberlake.sample.masters import Masters
from emberlake.sample.pairs import PAIRS, Placed
from emberlake.sample.record import Amounts, Dialect, Draft, Record
from emberlake.sample.seeds import generator
from emberlake.sample.spoil import SPOILT, STAYS

OWN_NUMBERS = 9_000_000  # documents of bad rows have a range of numbers of their own
PLACE_OF_KIND = {kind.name: place for place, kind in enumerate(RECEIPT_KINDS)}


def records(dialect: Dialect, masters: Masters, seed: int, scale: int, occurrence: Occurrence) -> list[Placed]:
    """The records of one occurrence, each with the month of the file it goes into."""
    draft = _draft(dialect, masters, seed, scale, occurrence)
    name = occurrence.kind.name
    if name in PAIRS:
        return PAIRS[name](dialect, draft, occurrence)
    whole = dialect.line(draft.fields)
    if name == "too_many_fields":
        return [(occurrence.month, _record(dialect, draft, occurrence, f"{whole}{dialect.delimiter}X"))]
    if name == "too_few_fields":
        short = dialect.delimiter.join(whole.split(dialect.delimiter)[: len(dialect.columns) * 2 // 3])
        return [(occurrence.month, _record(dialect, draft, occurrence, short))]
    spoilt, column = SPOILT[name](dialect, masters, draft, occurrence.number)
    record = _record(dialect, spoilt, occurrence, dialect.line(spoilt.fields), column)
    return [(occurrence.month, replace(record, amounts=spoilt.amounts) if name in STAYS else record)]


def _draft(dialect: Dialect, masters: Masters, seed: int, scale: int, occurrence: Occurrence) -> Draft:
    kind, number, month = occurrence.kind.name, occurrence.number, occurrence.month
    one = dialect.draw(generator(seed, dialect.source, kind, number), masters, seed, scale, month, 1)
    fields = {column: one.fields[column][0].as_py() for column in dialect.columns}
    if "Bemerkung" in fields:
        fields["Bemerkung"] = ""
    document = dialect.document_text(month, OWN_NUMBERS + PLACE_OF_KIND[kind] * 10_000 + number)
    amounts = Amounts(
        one.groups[int(one.group[0])],
        one.units[int(one.unit[0])],
        int(one.quantity[0]),
        one.currencies[int(one.currency[0])],
        int(one.value[0]),
    )
    return Draft({**fields, dialect.role["document"]: document}, int(one.day[0]), amounts)


def _record(dialect: Dialect, draft: Draft, occurrence: Occurrence, text: str, column: str = "") -> Record:
    return Record(text, draft.day, dialect.key_of(draft.fields), occurrence.kind, None, column)
