"""A full disk, told in a sentence: Spark, delta-rs and Python each say it in words of their own, deep in other errors."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from emberlake.errors import EmberlakeError
from emberlake.runtime.lakehouse import Lakehouse

WORDS = ("No space left on device", "Disk quota exceeded")


class DiskFull(EmberlakeError):
    """There is no room for what is to be written; what was published before stands."""


@contextmanager
def room_on_disk(lakehouse: Lakehouse) -> Iterator[None]:
    """Raise DiskFull in the place of an error that says so; others go on as they are."""
    try:
        yield
    except Exception as error:
        if not says_full(error):
            raise
        folder = lakehouse.settings.lakehouse
        raise DiskFull(
            f"the disk of {folder}, or that of Spark's temporary files, is full ({shutil.disk_usage(folder).free} bytes are free in {folder}). "
            "Nothing was published; make room and run again, what is half done is found by itself."
        ) from error


def says_full(error: BaseException | None) -> bool:
    """Whether an error, or one that led to it, is of a full disk."""
    while error is not None:
        if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or any(words in str(error) for words in WORDS):
            return True
        error = error.__cause__ or error.__context__
    return False
