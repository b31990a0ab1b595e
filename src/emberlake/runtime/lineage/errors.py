"""The error that stops a build for its lineage."""

from emberlake.errors import EmberlakeError


class LineageError(EmberlakeError):
    """The lineage record cannot be kept, or its mirror is configured wrongly."""
