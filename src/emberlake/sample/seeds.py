"""One stream of random numbers per thing that is made, so that nothing depends on the order of making."""

import zlib

import numpy as np


def generator(seed: int, *path: str | int) -> np.random.Generator:
    """The random numbers for the thing that `path` names; the same for the same seed and path, in any process."""
    numbers = [part if isinstance(part, int) else zlib.crc32(part.encode()) for part in path]
    return np.random.default_rng([seed, *numbers])
