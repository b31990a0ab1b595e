"""The way of an event: first into the record, then to the mirror."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from openlineage.client.event_v2 import RunEvent, RunState
from openlineage.client.transport.file import FileConfig, FileTransport

from emberlake.runtime.lineage.errors import LineageError
from emberlake.runtime.lineage.events import build_event, run_event
from emberlake.runtime.lineage.facts import BuildFacts, RunFacts
from emberlake.runtime.lineage.mirror import Mirror


class Lineage:
    """Sends events to the record `file` and to the mirror, if one is configured.

    `config` is a configuration of the OpenLineage client: a mapping with `transport`, and optionally `filters`, `tags`
    and so on. Raises LineageError if the folder of the record cannot be made or the mirror's configuration is wrong.
    """

    def __init__(self, file: Path, config: Mapping[str, object] | None = None) -> None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LineageError(f"The folder of the lineage record {file} cannot be made: {error}; choose another one") from error
        self._file = file
        self._record = FileTransport(FileConfig(log_file_path=str(file), append=True))
        self._mirror = Mirror.configured(config)
        self._ends_well = False  # whether the record is known to end with a whole line

    def start(self, facts: BuildFacts, at: datetime) -> None:
        """The build begins."""
        self._send(build_event(RunState.START, facts, at))

    def complete(self, facts: BuildFacts, at: datetime) -> None:
        """The table is written, or was found to be up to date."""
        self._send(build_event(RunState.COMPLETE, facts, at))

    def fail(self, facts: BuildFacts, at: datetime, error: BaseException) -> None:
        """The build ended with `error`."""
        self._send(build_event(RunState.FAIL, facts, at, error))

    def run_start(self, facts: RunFacts, at: datetime) -> None:
        """The run around the builds begins."""
        self._send(run_event(RunState.START, facts, at))

    def run_complete(self, facts: RunFacts, at: datetime) -> None:
        """All builds of the run are done."""
        self._send(run_event(RunState.COMPLETE, facts, at))

    def run_fail(self, facts: RunFacts, at: datetime, error: BaseException) -> None:
        """The run ended with `error`."""
        self._send(run_event(RunState.FAIL, facts, at, error))

    def close(self) -> None:
        """Let the mirror send what it still holds, for a few seconds at most. The record needs no closing."""
        if self._mirror is not None:
            self._mirror.close()

    def _send(self, event: RunEvent) -> None:
        # The record comes first: the client adds tags of its own to the event that it mirrors.
        try:
            if not self._ends_well:
                self._end_line()
            self._ends_well = False
            self._record.emit(event)
            self._ends_well = True
        except (RuntimeError, OSError) as error:
            raise LineageError(f"The lineage record {self._file} cannot be written: {error}; free the path and run the build again") from error
        if self._mirror is not None:
            self._mirror.emit(event)

    def _end_line(self) -> None:
        """End a line that a crash or a full disk cut short, so that the next event stands on one of its own."""
        if self._file.is_file() and last_byte(self._file) not in (b"", b"\n"):
            with self._file.open("a", encoding="utf-8") as record:
                record.write("\n")


def last_byte(file: Path) -> bytes:
    with file.open("rb") as stream:
        stream.seek(max(0, file.stat().st_size - 1))
        return stream.read(1)
