"""The error that stops a build for its lineage."""


class LineageError(RuntimeError):
    """The lineage record cannot be kept, or its mirror is configured wrongly."""
