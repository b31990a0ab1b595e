"""Taking in one file that is news: inspected, held against its control file and copied, or refused with a reason."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emberlake.runtime.extracts.reading import inspect
from emberlake.runtime.extracts.refusal import UnreadableExtract
from emberlake.runtime.file_dialect import dialect_of
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.landing.folder import CONTROL, Found
from emberlake.runtime.landing.known_files import Known, by_another_server, hash_of, is_full
from emberlake.runtime.messages.progress import span_columns


@dataclass(frozen=True)
class News:
    """A file with bytes that did not land before, or that only another server of its table delivered: the reason to refuse it."""

    file: Found
    file_hash: str
    byte_count: int
    refusal: str | None


def news_of(file: Found, known: Known) -> News | None:
    """What is new about a file; None where its bytes are known."""
    digest = hash_of(file.path)
    refusal = by_another_server(file.server.name, file.contract, known.files.get((digest, file.contract.name)))
    is_news = refusal or not known.holds(digest, file.name, file.contract)
    return News(file, digest, file.path.stat().st_size, refusal) if is_news else None


def take_in(lakehouse: Lakehouse, news: News) -> dict[str, Any]:
    """The row of `audit.landing` for a file, after copying it."""
    file, server = news.file, news.file.server
    dialect = dialect_of(file.contract, server.name)
    row: dict[str, Any] = {
        "file_hash": news.file_hash, "table_name": file.contract.name, "file_name": file.name, "kind": "extract", "status": "landed",
        "byte_count": news.byte_count, "encoding": server.encoding, "server": server.name, "delivery": server.properties["delivery"],
        "column_names": json.dumps(dialect.columns, ensure_ascii=False), **span_columns(file.name, file.contract),
    }  # fmt: skip
    try:
        if news.refusal:
            raise UnreadableExtract(file.path, news.refusal)
        seen = inspect(file.path, dialect)
        row |= {"line_count": seen.line_count, "record_count": seen.record_count, "is_multiline": seen.is_multiline}
        if not seen.is_terminated:
            row["message"] = "no line end follows the last record, so its last value may have been cut; a control file would tell"
        if not seen.record_count and is_full(file.contract):
            raise UnreadableExtract(file.path, "is a full delivery of no record, which would remove every row that stands; ask the source for the whole")
        for problem in against_control(file, seen.record_count):
            raise UnreadableExtract(file.path, problem)
        row["archive_name"] = keep(lakehouse, file.path, file.contract.name, news.file_hash)
    except UnreadableExtract as error:
        return row | {"status": "refused", "message": str(error)}
    return row


def against_control(file: Found, record_count: int) -> Iterator[str]:
    """What the control file beside an extract contradicts."""
    control = file.path.with_name(file.path.name + CONTROL)
    if not control.exists():
        if file.server.properties.get("control") == "required":
            yield f"came without {control.name}, which its contract requires; ask the source for it"
        return
    try:
        expected = json.loads(control.read_text(encoding="utf-8"))["rows"]
        if type(expected) is not int:
            raise TypeError(f"rows is {expected!r}")
    except (ValueError, KeyError, TypeError) as error:
        yield f"has a control file {control.name} that cannot be read ({error!r}); it must be JSON with a number under rows"
        return
    if expected != record_count:
        yield f"holds {record_count} records where {control.name} announces {expected}; the transfer is incomplete or the control file belongs to another file"


def keep(lakehouse: Lakehouse, path: Path, table: str, digest: str) -> str:
    """Copy a file under its hash; the copy appears whole or not at all. Raises UnreadableExtract where its bytes are other ones by now."""
    target = lakehouse.landed_folder / table / f"{digest[:16]}-{path.name}"
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    shutil.copyfile(path, partial)
    with partial.open("rb") as copy:
        os.fsync(copy.fileno())  # a file of messages leaves the landing folder for it
    if hash_of(partial) != digest:
        partial.unlink()
        raise UnreadableExtract(path, "changed while it was taken in; deliver it under another name and rename it when it is whole, then land again")
    partial.replace(target)
    return str(target.relative_to(lakehouse.settings.lakehouse))
