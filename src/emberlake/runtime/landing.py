"""Landing: extract files become known, checked and kept, before anything is read from them.

Stages, each restartable: found → hashed → inspected → copied → recorded in `audit.landing`. What is recorded is done; a
crash before that leaves at most a copy that the next call makes again.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from emberlake.contracts.model import Contract, ContractError, Server
from emberlake.runtime.disk import room_on_disk
from emberlake.runtime.extracts.reading import inspect
from emberlake.runtime.extracts.refusal import UnreadableExtract
from emberlake.runtime.file_dialect import dialect_of
from emberlake.runtime.known_files import Known, by_another_server, hash_of, is_full, is_repeated
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.locks import held
from emberlake.runtime.messages.delivery import deliver
from emberlake.runtime.messages.outage import Outage
from emberlake.runtime.messages.progress import span_columns

PACKAGE = Path(__file__).parents[1]
CONTROL = ".control.json"
LANDING = "landing"  # what who lands holds


@dataclass(frozen=True)
class Found:
    """A file that a bronze contract claims."""

    path: Path
    name: str  # below its root
    contract: Contract
    server: Server


@dataclass(frozen=True)
class Landing:
    """What one call of `land` saw."""

    landed: tuple[dict[str, Any], ...]
    refused: tuple[dict[str, Any], ...]
    known_count: int
    unclaimed: tuple[str, ...]
    outages: tuple[Outage, ...] = ()  # sources that could not be fetched; the others were


def find(lakehouse: Lakehouse) -> tuple[list[Found], list[str]]:
    """Files that contracts claim, below the landing folder and among the reference tables that ship; and the unclaimed."""
    found: dict[Path, Found] = {}
    claims = [(contract, server) for contract in lakehouse.contracts.values() for server in contract.servers]
    for contract, server in claims:
        for root in (lakehouse.settings.landing, PACKAGE):
            for path in sorted(root.glob(server.path)):
                if path in found:
                    raise ContractError(f"{path.name} is claimed by {found[path].contract.name} and {contract.name}; make their paths distinct")
                if not path.name.endswith(CONTROL):
                    found[path] = Found(path, str(path.relative_to(root)), contract, server)
    everything = (p for p in lakehouse.settings.landing.rglob("*") if p.is_file())
    visible = [p for p in everything if not any(part.startswith(("_", ".")) for part in p.relative_to(lakehouse.settings.landing).parts)]
    lonely = [p for p in visible if p.name.endswith(CONTROL) and not p.with_name(p.name.removesuffix(CONTROL)).exists()]
    unclaimed = [str(p.relative_to(lakehouse.settings.landing)) for p in visible if p in lonely or (p not in found and not p.name.endswith(CONTROL))]
    return sorted(found.values(), key=lambda f: (f.contract.name, f.name)), sorted(unclaimed)


def land(lakehouse: Lakehouse, progress: Callable[[str], None] = lambda _: None) -> Landing:
    """Take in what is new in topics and in the landing folder; the same bytes twice are a no-op. Raises Busy where another process is landing.

    A refused file is looked at again each time, because its contract or control file may have been mended; it is recorded
    once for each reason.
    """
    with room_on_disk(lakehouse), held(lakehouse, [LANDING], "another process is landing extracts; wait for it to end"):
        outages = deliver(lakehouse, progress)
        return replace(land_new(lakehouse, progress), outages=outages)


def land_new(lakehouse: Lakehouse, progress: Callable[[str], None]) -> Landing:
    files, unclaimed = find(lakehouse)
    lakehouse.books.catch_up()
    books = lakehouse.books.read("landing")
    known = Known.of(books)
    told = {(row["file_hash"], row["table_name"], row["message"]) for row in books if row["status"] == "refused"}
    names = {(row["table_name"], row["file_name"]): row for row in books if row["status"] == "landed"}
    start = lakehouse.books.now()
    with ThreadPoolExecutor() as pool:
        checked = pool.map(lambda f: check(lakehouse, f, known), files)
        rows: list[dict[str, Any]] = []
        for number, row in enumerate(row for row in checked if row):
            if is_repeated(row, rows):
                first = next(r for r in rows if (r["file_hash"], r["table_name"], r["status"]) == (row["file_hash"], row["table_name"], "landed"))
                why = by_another_server(row["server"], lakehouse.contract(row["table_name"]), first)
                if why is None:
                    continue
                row |= {"status": "refused", "message": f"{row['file_name']} {why}"}
            before = names.get((row["table_name"], row["file_name"]))
            if before and row["status"] == "landed":
                arrived = f"{before['landed_at']:%Y-%m-%d %H:%M}"
                wins = "the later one stands for the whole" if row["delivery"] == "full" else "the later rows of a key win"
                changed = f"the file changed: it was {before['file_hash'][:12]} when it landed at {arrived}; both are kept, {wins}"
                row["message"] = "; ".join(filter(None, (row.get("message"), changed)))
            row["landed_at"] = start + timedelta(microseconds=number)
            progress(f"{row['file_name']}: {row['status']}")
            rows.append(row)
    lakehouse.books.write("landing", [row for row in rows if (row["file_hash"], row["table_name"], row.get("message")) not in told])
    landed = tuple(r for r in rows if r["status"] == "landed")
    return Landing(landed, tuple(r for r in rows if r["status"] == "refused"), len(files) - len(rows), tuple(unclaimed))


def check(lakehouse: Lakehouse, file: Found, known: Known) -> dict[str, Any] | None:
    """The row of `audit.landing` for a file, after copying it; None where the bytes are known."""
    digest = hash_of(file.path)
    refused = by_another_server(file.server.name, file.contract, known.files.get((digest, file.contract.name)))
    if not refused and known.holds(digest, file.name, file.contract):
        return None
    server, dialect = file.server, dialect_of(file.contract, file.server.name)
    row: dict[str, Any] = {
        "file_hash": digest, "table_name": file.contract.name, "file_name": file.name, "kind": "extract", "status": "landed",
        "byte_count": file.path.stat().st_size, "encoding": server.encoding, "server": server.name, "delivery": server.properties["delivery"],
        "column_names": json.dumps(dialect.columns, ensure_ascii=False), **span_columns(file.name, file.contract),
    }  # fmt: skip
    try:
        if refused:
            raise UnreadableExtract(file.path, refused)
        seen = inspect(file.path, dialect)
        row |= {"line_count": seen.line_count, "record_count": seen.record_count, "is_multiline": seen.is_multiline}
        if not seen.is_terminated:
            row["message"] = "no line end follows the last record, so its last value may have been cut; a control file would tell"
        if not seen.record_count and is_full(file.contract):
            raise UnreadableExtract(file.path, "is a full delivery of no record, which would remove every row that stands; ask the source for the whole")
        for problem in against_control(file, seen.record_count):
            raise UnreadableExtract(file.path, problem)
    except UnreadableExtract as error:
        return row | {"status": "refused", "message": str(error)}
    try:
        row["archive_name"] = keep(lakehouse, file.path, file.contract.name, digest)
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
    if hash_of(partial) != digest:
        partial.unlink()
        raise UnreadableExtract(path, "changed while it was taken in; deliver it under another name and rename it when it is whole, then land again")
    partial.replace(target)
    return str(target.relative_to(lakehouse.settings.lakehouse))
