"""The sample company of these tests."""

import pytest
from parsed_company import Company

from emberlake.sample import make


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """The company at scale 1, made once; no test changes it."""
    landing = tmp_path_factory.mktemp("landing")
    return Company(landing, make(landing))
