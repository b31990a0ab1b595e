"""Sizes that bound what reading an extract takes of memory. They are read as `limits.NAME`, never imported by name."""

BLOCK_BYTES = 4 << 20
"""Bytes that are read from a file at a time."""

MAX_RECORD_BYTES = 1 << 20
"""Bytes of one record of text; more of them make the file unreadable."""

MAX_BATCH_RECORDS = 65_536
"""Records in one batch."""

RAW_CHARACTERS = 10_000
"""Characters that are kept of a bad record."""
