"""What can be wrong with delimited text, in words: problems of one record, and refusals of the whole file."""

from pathlib import Path

from emberlake.runtime.extracts.batches import Problem
from emberlake.runtime.extracts.csv.grammar import Row
from emberlake.runtime.extracts.dialect import Dialect
from emberlake.runtime.extracts.refusal import UnreadableExtract


def row_problem(row: Row, found: int, expected: int) -> Problem | None:
    """What is wrong with a record of `found` fields where so many are expected; None where nothing is."""
    if not row.raw:
        return empty_line()
    if row.problem:
        return Problem(row.problem, row.raw)
    return Problem(wrong_count(found, expected), row.raw) if found != expected else None


def empty_line() -> Problem:
    """The problem of a line that holds nothing."""
    return Problem("is an empty line", "")


def wrong_count(found: int, expected: int) -> str:
    """The words for a record with another number of fields."""
    return f"has {_counted(found)} where {expected} {'is' if expected == 1 else 'are'} expected"


def nothing_but_line_ends(path: Path) -> UnreadableExtract:
    """The refusal of a file without header in which every line is empty."""
    return UnreadableExtract(path, "holds nothing but line ends. Ask the source to send it again.")


def open_header(path: Path) -> UnreadableExtract:
    """The refusal of a file that ends inside a quoted name of its header."""
    return UnreadableExtract(path, "ends in the middle of its header: a quote in it is never closed.")


def bad_header(path: Path, problem: str) -> UnreadableExtract:
    """The refusal of a file whose header is quoted wrongly."""
    return UnreadableExtract(path, f"has a header that {problem}. Correct the export.")


def open_quote(path: Path, record: int, line: int) -> UnreadableExtract:
    """The refusal of a file that ends inside a quoted field."""
    return _middle(path, record, line, "a quote opened in it is never closed")


def too_long(path: Path, what: str) -> UnreadableExtract:
    """The refusal of a file with a record (or header: `what`) beyond all measure."""
    return UnreadableExtract(
        path,
        f"holds more than 1 MiB in {what}. Look there for a quote that is never closed, for empty lines without "
        "end, or for another row terminator than the contract says.",
    )


def refuse_cut_record(path: Path, dialect: Dialect, row: Row, width: int, record: int, line: int) -> None:
    """Refuse a last record without terminator that cannot be whole: it lacks fields or part of the terminator."""
    found = len(row.texts(dialect))
    if found < width and not row.problem:
        raise _middle(path, record, line, f"it has {_counted(found)} of {width} and no row terminator behind it")
    refuse_half_terminator(path, dialect, row, f"record {record} (line {line})")


def refuse_half_terminator(path: Path, dialect: Dialect, row: Row, what: str) -> None:
    """Refuse a file that ends without the row terminator of its own that the contract says, or with half of it."""
    terminator = dialect.row_terminator
    if row.terminated or terminator in (None, "\n", "\r"):
        return
    if terminator != "\r\n" or row.raw.endswith("\r"):
        raise UnreadableExtract(
            path,
            f"ends in the middle of {what}: the row terminator {terminator!r} is missing behind it. The file was cut; ask the source to send it again.",
        )


def _middle(path: Path, record: int, line: int, reason: str) -> UnreadableExtract:
    where = f"ends in the middle of record {record} (line {line})"
    return UnreadableExtract(path, f"{where}: {reason}. The file was cut; ask the source to send it again.")


def _counted(fields: int) -> str:
    return "1 field" if fields == 1 else f"{fields} fields"
