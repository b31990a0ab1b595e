"""The mill, built and not yet released; each test breaks a copy."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from reconcile.mills import DELIVERIES, FACTORS, MILL, Mill
from support.functions import functions_beside


@pytest.fixture(scope="session")
def mill_functions() -> Iterator[None]:
    """The mill's functions stand beside the tests."""
    with functions_beside(MILL / "functions"):
        yield


@pytest.fixture(scope="session")
def built(spark: SparkSession, mill_functions: None, tmp_path_factory: pytest.TempPathFactory) -> Mill:
    mill = Mill(tmp_path_factory.mktemp("mill") / "mill")
    mill.price("1", *FACTORS)
    mill.receive("1", *DELIVERIES)
    mill.build(publish=False)
    return mill


@pytest.fixture
def mill(built: Mill, tmp_path: Path) -> Mill:
    return built.copy(tmp_path / "mill")  # type: ignore[return-value]
