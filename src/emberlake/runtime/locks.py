"""One at a time: what two processes may not do at once is held by locks of the operating system.

They are let go when the process ends, however it ends.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

import portalocker

from emberlake.errors import EmberlakeError
from emberlake.runtime.lakehouse import Lakehouse

FLAGS = portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING
ASKED_AGAIN_S = 0.05  # a busy stream lets go of its tables for a moment only


class Busy(EmberlakeError):
    """Another process holds what this one wants."""


@contextmanager
def held(lakehouse: Lakehouse, names: Iterable[str], busy: str, patience_s: float = 0) -> Iterator[None]:
    """Hold all of these; raises Busy with `busy`, into which the name is filled, where another process holds one for longer than `patience_s`."""
    folder = lakehouse.settings.lakehouse / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as locks:
        for name in names:
            try:
                locks.enter_context(portalocker.Lock(folder / f"{name}.lock", mode="a", timeout=patience_s, check_interval=ASKED_AGAIN_S, flags=FLAGS))
            except portalocker.LockException as error:
                raise Busy(busy.format(name)) from error
        yield
