r"""The grammar of delimited text, where writers of CSV disagree:

- a quote inside a field that does not start with one is ordinary text (`M6 x 1/2"`);
- text after a closing quote is a problem: the record then ends at the next row terminator, so that whatever lines the
  stray quote drew in stay together in one problem record;
- an empty field is null, with quotes around it or not;
- an empty line is a problem, except at the end of the file, where it means nothing;
- a record longer than 1 MiB makes the file unreadable: it nearly always is a quote that was never closed;
- a row terminator that is more than a line end must also end the last record;
- where a row terminator and a delimiter begin at the same character (`|` and `|\n`), it is the row terminator.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from emberlake.runtime.extracts.dialect import Dialect

_LINE_END = re.compile("\r\n|\n|\r")


class Row(NamedTuple):
    """One record cut by Python: the offset behind its terminator, its fields, and what is wrong with its quoting.

    `fields` is None where no field is quoted: splitting `raw` at the delimiters then gives them.
    """

    raw: str
    fields: list[str] | None
    next: int
    line_ends: int
    problem: str | None
    terminated: bool

    def texts(self, dialect: Dialect) -> list[str]:
        """Text of each field, without its quotes."""
        return self.raw.split(dialect.delimiter) if self.fields is None else self.fields


class Grammar:
    """Where the records and fields of a text end in one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        """Take how the text is written."""
        terminator = dialect.row_terminator
        self._quote = dialect.quote
        self._terminator = re.compile(re.escape(terminator)) if terminator else _LINE_END
        self._stop = re.compile(f"(?:{self._terminator.pattern})|(?P<delimiter>{re.escape(dialect.delimiter)})")
        # Where a delimiter may reach into a terminator, only walking from field to field tells which of them it is.
        self._overlaps = terminator is not None and any(terminator.startswith(dialect.delimiter[at:]) for at in range(1, len(dialect.delimiter)))

    def rows(self, text: str, final: bool) -> Iterator[Row]:
        """Each record that ends in the text; where nothing follows it (`final`), also a last one without terminator.

        Text is left over behind the last record where one is not complete, in a final text only where a quote is open.
        """
        plain = not self._overlaps and (self._quote is None or self._quote not in text)
        return self._plain_rows(text, final) if plain else self._walked_rows(text, final)

    def row(self, text: str, start: int, final: bool) -> Row | None:
        """Cut the record that begins at `start`; None where its end is not in the text."""
        quote, fields, at, problem = self._quote, list[str](), start, None
        while True:
            if quote and text.startswith(quote, at):
                behind = _behind_quotes(text, quote, at)
                if behind is None:
                    return None
                fields.append(text[at + 1 : behind - 1].replace(quote * 2, quote))
                at = behind
                stop = self._stop.match(text, at)
                if stop is None and at < len(text):
                    problem = f"has text after the closing quote of field {len(fields)}"
                    stop = self._terminator.search(text, at)
            else:
                stop = self._stop.search(text, at)
                fields.append(text[at : stop.start() if stop else len(text)])
            if stop is None and not final:
                return None
            if stop is None or problem or stop.lastgroup != "delimiter":
                break
            at = stop.end()
        end, behind = stop.span() if stop else (len(text), len(text))
        return Row(text[start:end], fields, behind, _line_ends_between(text, start, behind), problem, stop is not None)

    def _plain_rows(self, text: str, final: bool) -> Iterator[Row]:
        start = 0
        for end in self._terminator.finditer(text):
            behind = end.end()
            yield Row(text[start : end.start()], None, behind, _line_ends_between(text, start, behind), None, True)
            start = behind
        if final and start < len(text):
            yield Row(text[start:], None, len(text), count_line_ends(text[start:]), None, False)

    def _walked_rows(self, text: str, final: bool) -> Iterator[Row]:
        start = 0
        while start < len(text):
            row = self.row(text, start, final)
            if row is None:
                return
            yield row
            start = row.next


def count_line_ends(text: str) -> int:
    """Number of LF, CRLF and lone CR in a text."""
    return text.count("\n") + (text.count("\r") - text.count("\r\n") if "\r" in text else 0)


def _line_ends_between(text: str, start: int, behind: int) -> int:
    """Number of line ends whose last character stands there: a row terminator may be the first half of a CRLF."""
    return count_line_ends(text[start:behind]) - (text[behind - 1 : behind + 1] == "\r\n")


def _behind_quotes(text: str, quote: str, at: int) -> int | None:
    """Offset behind the quote that closes the one at `at`; None where the text holds none."""
    closing = text.find(quote, at + 1)
    while closing >= 0 and text.startswith(quote, closing + 1):
        closing = text.find(quote, closing + 2)
    return closing + 1 if closing >= 0 else None
