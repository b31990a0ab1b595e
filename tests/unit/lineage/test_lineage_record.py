"""The record: kept in order, whatever is configured, or the build stops."""

from pathlib import Path

import pytest
import typer
from told_builds import AT, BUILD, every_event

from emberlake.cli.application import plain_errors
from emberlake.runtime.lineage.errors import LineageError
from emberlake.runtime.lineage.sending import Lineage


def test_events_are_appended_in_order_and_kept_by_a_second_run(record: Path) -> None:
    every_event(record)
    states = [event["eventType"] for event in every_event(record)]
    assert states == ["START", "START", "COMPLETE", "FAIL", "COMPLETE", "FAIL"] * 2


def test_a_record_that_cannot_be_written_stops_the_build(record: Path) -> None:
    lineage = Lineage(record)
    record.mkdir()
    with pytest.raises(LineageError, match=r"lineage\.jsonl cannot be written"):
        lineage.start(BUILD, AT)


def test_the_command_line_says_what_is_wrong_with_the_record_in_a_sentence(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lineage = Lineage(record)
    record.mkdir()
    with pytest.raises(typer.Exit) as stopped, plain_errors():
        lineage.start(BUILD, AT)
    said = capsys.readouterr().err
    assert stopped.value.exit_code == 1
    assert said.startswith(f"emberlake: The lineage record {record} cannot be written: ")
    assert said.endswith("; free the path and run the build again\n")
    assert said.count("\n") == 1


def test_a_record_without_a_folder_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LineageError, match="folder of the lineage record"):
        Lineage(tmp_path / "file" / "lineage.jsonl")


def test_switching_the_client_off_does_not_switch_the_record_off(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENLINEAGE_DISABLED", "true")
    assert len(every_event(record)) == 6


def test_nothing_is_printed_when_no_mirror_is_configured(record: Path, capsys: pytest.CaptureFixture[str]) -> None:
    every_event(record)
    assert capsys.readouterr() == ("", "")
