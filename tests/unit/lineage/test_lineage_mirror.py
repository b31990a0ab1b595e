"""The mirror: every way to configure it, and that no server can harm a build."""

import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from told_builds import AT, BUILD, BUILT, RUN, Event, events_in

from emberlake.errors import EmberlakeError
from emberlake.runtime.lineage.errors import LineageError
from emberlake.runtime.lineage.mirror import MIRROR_PATIENCE
from emberlake.runtime.lineage.sending import Lineage


@contextmanager
def lineage_server(status: int) -> Iterator[tuple[str, list[Event]]]:
    """A server on the loopback interface that answers `status`, and the events it was sent."""
    received: list[Event] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", received
        finally:
            server.shutdown()
            thread.join()


def dead_url() -> str:
    """An address where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def by_argument(url: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> dict[str, object] | None:
    return {"transport": {"type": "http", "url": url}}


def by_variables(url: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> dict[str, object] | None:
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT", json.dumps({"type": "http", "url": url}))
    return None


def by_url_variable(url: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> dict[str, object] | None:
    monkeypatch.setenv("OPENLINEAGE_URL", url)
    return None


def by_file(url: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> dict[str, object] | None:
    (folder / "mirror.yml").write_text(f"transport: {{type: http, url: '{url}'}}\n", encoding="utf-8")
    monkeypatch.setenv("OPENLINEAGE_CONFIG", str(folder / "mirror.yml"))
    return None


@pytest.mark.parametrize("configure", [by_argument, by_variables, by_url_variable, by_file])
def test_every_way_to_configure_the_client_makes_a_mirror(
    configure: Callable[[str, pytest.MonkeyPatch, Path], dict[str, object] | None],
    record: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    with lineage_server(200) as (url, received):
        lineage = Lineage(record, configure(url, monkeypatch, tmp_path))
        lineage.start(BUILD, AT)
        lineage.complete(BUILT, AT)
        lineage.close()
    for event in received:
        tags = event["run"]["facets"]["tags"]["tags"]
        event["run"]["facets"]["tags"]["tags"] = [tag for tag in tags if tag["source"] != "OPENLINEAGE_CLIENT"]
    assert received == events_in(record)


@pytest.mark.parametrize(
    "transport",
    [
        lambda url: {"type": "http", "url": url},
        lambda url: {"type": "composite", "continue_on_failure": False, "transports": [{"type": "http", "url": url}]},
    ],
    ids=["http", "composite"],
)
def test_a_dead_server_costs_neither_the_build_nor_its_time(
    transport: Callable[[str], dict[str, object]], record: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lineage = Lineage(record, {"transport": transport(dead_url())})
    begun = time.monotonic()
    with caplog.at_level(logging.WARNING, logger="emberlake"):
        for _ in range(5):
            lineage.start(BUILD, AT)
        lineage.close()
    assert time.monotonic() - begun < 1.5  # one event would take nine seconds with the client's own retries
    assert len(events_in(record)) == 5
    messages = [entry.getMessage() for entry in caplog.records if entry.name.startswith("emberlake")]
    assert [message.split(":")[0] for message in messages[:3]] == ["OpenLineage event of silver.goods_receipt/sap was not mirrored"] * 3
    assert messages[3:] == ["OpenLineage mirror given up after 3 failures in a row; the record goes on"]


def test_a_server_that_refuses_is_given_up(record: Path) -> None:
    with lineage_server(500) as (url, received):
        lineage = Lineage(record, {"transport": {"type": "http", "url": url}})
        for _ in range(MIRROR_PATIENCE + 4):
            lineage.start(BUILD, AT)
        lineage.close()
    assert len(received) == MIRROR_PATIENCE
    assert len(events_in(record)) == MIRROR_PATIENCE + 4


def test_a_dead_member_of_a_composite_does_not_silence_the_others(record: Path) -> None:
    with lineage_server(200) as (url, received):
        members = {"dead": {"type": "http", "url": dead_url()}, "live": {"type": "http", "url": url}}
        transport = {"type": "composite", "continue_on_failure": False, "transports": members}
        lineage = Lineage(record, {"transport": transport})
        for _ in range(MIRROR_PATIENCE + 1):
            lineage.start(BUILD, AT)
        lineage.close()
    assert len(received) == MIRROR_PATIENCE + 1


def test_filters_concern_the_mirror_and_not_the_record(record: Path) -> None:
    with lineage_server(200) as (url, received):
        config = {"transport": {"type": "http", "url": url}, "filters": [{"type": "exact", "match": BUILD.job}]}
        lineage = Lineage(record, config)
        lineage.run_start(RUN, AT)
        lineage.start(BUILD, AT)
    assert [event["job"]["name"] for event in received] == ["run"]
    assert [event["job"]["name"] for event in events_in(record)] == ["run", "silver.goods_receipt/sap"]


@pytest.mark.parametrize(
    "transport",
    [{"type": "pigeon.post.Transport"}, {"type": "http"}, {"url": "http://127.0.0.1"}],
    ids=["unknown type", "no url", "no type"],
)
def test_a_wrong_configuration_is_refused_before_the_first_build(transport: dict[str, object], record: Path) -> None:
    with pytest.raises(LineageError, match="configured wrongly") as refused:
        Lineage(record, {"transport": transport})
    assert isinstance(refused.value, EmberlakeError), "what a person can put right is told in a sentence"
