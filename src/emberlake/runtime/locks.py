"""One at a time: what two processes may not do at once is held by locks of the operating system.

They are let go when the process ends, however it ends.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic, sleep

import portalocker

from emberlake.errors import EmberlakeError
from emberlake.runtime.lakehouse import Lakehouse

FLAGS = portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING
ASKED_AGAIN_S = 0.05  # a busy stream lets go of its tables for a moment only


class Busy(EmberlakeError):
    """Another process holds what this one wants."""


@contextmanager
def held(lakehouse: Lakehouse, names: Iterable[str], busy: str, patience_s: float = 0) -> Iterator[None]:
    """Hold all of these; raises Busy with `busy`, into which the name is filled, where others hold one or another of them for longer than `patience_s`.

    Who waits holds none of them meanwhile.
    """
    folder, wanted, until = lakehouse.settings.lakehouse / "locks", list(names), monotonic() + patience_s
    folder.mkdir(parents=True, exist_ok=True)
    while True:
        with ExitStack() as locks:
            try:
                for name in wanted:
                    locks.enter_context(portalocker.Lock(folder / f"{name}.lock", mode="a", timeout=0, flags=FLAGS))
            except portalocker.LockException as error:
                if monotonic() >= until:
                    raise Busy(busy.format(name)) from error
            else:
                yield
                return
        sleep(ASKED_AGAIN_S)
