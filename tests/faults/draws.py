"""How much is drawn: a handful for every test run; `make faults` sets EMBERLAKE_TEST_KILLS and prints the seed of each draw."""

import os
import random

import pytest

KILLS = int(os.environ.get("EMBERLAKE_TEST_KILLS", "5"))
SEED = int(os.environ.get("EMBERLAKE_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
IS_WIDE = "EMBERLAKE_TEST_KILLS" in os.environ
DAYS_DRAWN = 4 if IS_WIDE else 2
wide = pytest.mark.skipif(not IS_WIDE, reason="takes minutes: make faults")
