"""What keeps one source from being fetched; the other sources go on."""

from emberlake.errors import EmberlakeError


class Outage(EmberlakeError):
    """A topic, or the broker, could not be fetched from; nothing of it was skipped."""


class WentBack(Outage):
    """A topic no longer holds what was fetched from it: it was made anew, or its end was cut off."""


def raise_together(outages: tuple[Outage, ...]) -> None:
    """Raise what kept sources from being fetched, if anything did, as one error."""
    if outages:
        raise Outage("; ".join(str(outage) for outage in outages))
