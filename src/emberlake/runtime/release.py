"""Releases: several tables become visible together or not at all.

A release is one commit of `audit.release`, table → version. `published/` follows the release in force for readers that know
only a path: each release has a folder of its own with hard links to the data files and a log that names them, and one
symbolic link is switched when all of it is there.
"""

import json
import os
import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa

from emberlake.names import LAYERS
from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.store import actions
from emberlake.runtime.store.publishing import publish_table

PUBLISHED_LAYERS = ("silver", "gold")


def in_force(lakehouse: Lakehouse) -> dict[str, int]:
    """Table → version of the latest release; empty before the first."""
    rows = lakehouse.books.releases()
    return {row["table_name"]: row["table_version"] for row in rows if row["release_id"] == rows[-1]["release_id"]} if rows else {}


def release(lakehouse: Lakehouse, run_id: str, versions: dict[str, int]) -> str | None:
    """Publish these versions; the release's id, or None where nothing differs from the release in force."""
    store = lakehouse.store
    if versions == in_force(lakehouse):
        return None
    release_id, at = str(uuid4()), lakehouse.books.now()
    stale = {table for table in versions if is_stale(lakehouse, table, versions)}
    prepared = prepare(lakehouse, release_id, versions)
    lakehouse.books.write("release", [
        {"release_id": release_id, "table_name": table, "table_version": version, "run_id": run_id, "released_at": at,
         "row_count": store.row_count(table, version), "is_stale": table in stale}
        for table, version in versions.items()
    ])  # fmt: skip
    switch(lakehouse, prepared)
    return release_id


def to_release(lakehouse: Lakehouse) -> dict[str, int]:
    """Table → version that a release would show: the last that a build recorded; of a table that no build wrote, the empty one."""
    store = lakehouse.store
    tables = [c.name for c in lakehouse.contracts.values() if c.layer in LAYERS and store.exists(c.name)]
    builds = lakehouse.books.read("commit")
    versions = {
        table: last_whole(list(store.history(table)), [b for b in builds if b["table_name"] == table and b["table_version"] <= store.version(table)])
        for table in tables
    }
    return {table: version for table, version in versions.items() if version is not None}


def last_whole(history: list[tuple[int, dict[str, Any]]], builds: list[dict[str, Any]]) -> int | None:
    """The newest version behind which no feed left a commit without a record; None where there is none."""
    if not history:
        return 0
    recorded = {feed: max(b["table_version"] for b in builds if b["feed"] == feed) for feed in {b["feed"] for b in builds}}
    unfinished = min((version for version, commit in history if version > recorded.get(commit.get("feed"), -1)), default=None)
    return max((b["table_version"] for b in builds if unfinished is None or b["table_version"] < unfinished), default=None)


def repair(lakehouse: Lakehouse) -> None:
    """Let `published/` follow the release in force, where a crash came between the two."""
    rows = lakehouse.books.releases()
    link = lakehouse.settings.lakehouse / "published"
    if rows and (not link.exists() or link.resolve().name != rows[-1]["release_id"]):
        switch(lakehouse, prepare(lakehouse, rows[-1]["release_id"], in_force(lakehouse)))


def is_stale(lakehouse: Lakehouse, table: str, versions: dict[str, int]) -> bool:
    """True where the table has not consumed exactly the released versions of its inputs."""
    contract = lakehouse.contract(table)
    for feed in contract.feeds:
        last = lakehouse.books.last_commit(table, feed.name)
        if last and feed.inputs:
            consumed = json.loads(last["consumed"])
            if any(consumed.get(i, [None, None])[1] != versions.get(i) for i in feed.inputs):
                return True
    return False


def prepare(lakehouse: Lakehouse, release_id: str, versions: dict[str, int]) -> Path:
    """Lay out the published tables of a release beside those in force; its folder appears whole or not at all."""
    folder = lakehouse.settings.lakehouse / "releases" / release_id
    unfinished = folder.with_name(f"{release_id}.unfinished")
    for old in (unfinished, folder):
        shutil.rmtree(old, ignore_errors=True)
    unfinished.mkdir(parents=True)
    for table, version in versions.items():
        if lakehouse.contract(table).layer in PUBLISHED_LAYERS:
            target = unfinished / lakehouse.contract(table).layer / lakehouse.contract(table).short_name
            link_files(lakehouse.store.path(table), target, actions(lakehouse.store.handle(table, version)))
            publish_table(lakehouse.store.handle(table, version), target)
    unfinished.replace(folder)
    return folder


def link_files(source: Path, target: Path, files: pa.Table) -> None:
    """Hard links where the file system has them, copies elsewhere."""
    for name in files.column("path").to_pylist():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source / name, target / name)
        except OSError:
            shutil.copy2(source / name, target / name)
    target.mkdir(parents=True, exist_ok=True)


def switch(lakehouse: Lakehouse, folder: Path) -> None:
    """Point `published` at a release, in one step of the file system; earlier layouts go."""
    link, fresh = lakehouse.settings.lakehouse / "published", lakehouse.settings.lakehouse / "published.next"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(folder.relative_to(lakehouse.settings.lakehouse), target_is_directory=True)
    fresh.replace(link)
    for other in folder.parent.iterdir():
        if other != folder:
            shutil.rmtree(other)


def release_at(lakehouse: Lakehouse, moment: Any) -> dict[str, int]:
    """Table → version of the release that was in force at a time."""
    rows = [row for row in lakehouse.books.releases() if row["released_at"] <= moment]
    return {row["table_name"]: row["table_version"] for row in rows if row["release_id"] == rows[-1]["release_id"]} if rows else {}
