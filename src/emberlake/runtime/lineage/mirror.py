"""The mirror of the record: whatever the OpenLineage client is configured for. It may fail without consequence."""

import logging
from collections.abc import Mapping
from typing import Any

from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import RunEvent
from openlineage.client.transport import get_default_factory
from openlineage.client.transport.noop import NoopConfig, NoopTransport

from emberlake.runtime.lineage.errors import LineageError

log = logging.getLogger(__name__)

MIRROR_PATIENCE = 3
"""Failures in a row after which the mirror is given up."""

MIRROR_TIMEOUT_SECONDS = 2.0
"""How long an event waits for a server, unless its transport is configured otherwise."""

MIRROR_CLOSE_SECONDS = 5.0
"""How long closing waits for events that are still under way."""


class Mirror:
    """A second destination of the events, which may fail without consequence."""

    def __init__(self, client: OpenLineageClient) -> None:
        self._client: OpenLineageClient | None = client
        self._failures = 0

    @classmethod
    def configured(cls, config: Mapping[str, object] | None) -> "Mirror | None":
        """The mirror that argument, file and environment ask for together; None if they ask for none.

        The client would print to the console if it found no transport. So it is made with one that does nothing, asked
        what it read, and given its real transport afterwards.
        """
        try:
            client = OpenLineageClient(transport=NoopTransport(NoopConfig()), config=dict(config or {}))
            transport = client.config.transport
            if not transport:
                return None
            client.transport = get_default_factory().create(_bounded(transport))
        except Exception as error:  # the client reports a wrong configuration by seven types of exception
            raise LineageError(
                f"The OpenLineage transport is configured wrongly: {type(error).__name__}: {error}; "
                "correct OPENLINEAGE_CONFIG, OPENLINEAGE__… or the configuration passed, or remove it"
            ) from error
        return cls(client)

    def emit(self, event: RunEvent) -> None:
        """Send an event on; a failure is logged, and after `MIRROR_PATIENCE` of them in a row no event is sent any more."""
        if self._client is None:
            return
        try:
            self._client.emit(event)
        except Exception as error:  # any transport, any failure: the record already has the event
            self._failures += 1
            log.warning("OpenLineage event of %s was not mirrored: %s", event.job.name, error)
            if self._failures == MIRROR_PATIENCE:
                log.warning("OpenLineage mirror given up after %d failures in a row; the record goes on", self._failures)
                self.close()
        else:
            self._failures = 0

    def close(self) -> None:
        """Wait at most `MIRROR_CLOSE_SECONDS` for events under way; then the mirror sends nothing any more."""
        if self._client is None:
            return
        client, self._client = self._client, None
        try:
            client.close(MIRROR_CLOSE_SECONDS)
        except Exception as error:  # as above: a mirror never stops a build
            log.warning("OpenLineage mirror did not close: %s", error)


def _bounded(transport: Mapping[str, Any]) -> dict[str, Any]:
    """The transport's settings, such that a dead server costs little: no retry and a short wait unless configured.

    Members of a composite never hide one another: continue_on_failure is always on.
    """
    settings = dict(transport)
    if "transports" in settings:
        members = settings["transports"]
        settings.setdefault("type", "composite")
        settings["continue_on_failure"] = True
        settings["transports"] = (
            {name: _bounded(member) for name, member in members.items() if member} if isinstance(members, Mapping) else [_bounded(member) for member in members]
        )
    if isinstance(settings.get("transport"), Mapping):
        settings["transport"] = _bounded(settings["transport"])
    if settings.get("type") in {"http", "async_http", "datadog"}:
        settings.setdefault("retry", {"total": 0})
        settings.setdefault("timeout", MIRROR_TIMEOUT_SECONDS)
    return settings
