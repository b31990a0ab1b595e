"""What the tests of the runner start from: a shop with one release, and a depot whose functions can be found. Both are for copying."""

from collections.abc import Iterator

import pytest
from pyspark.sql import SparkSession

from runtime.shops import DEPOT, Depot, Shop
from support.functions import functions_beside


@pytest.fixture(scope="session")
def two_plants(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """One full delivery of two works, built and released."""
    shop = Shop(tmp_path_factory.mktemp("plants") / "shop")
    shop.works("1", "1;Halle Süd;DE", "2;Halle Nord;DE")
    shop.land()
    shop.build()
    return shop


@pytest.fixture(scope="session")
def depot_functions() -> Iterator[None]:
    """The depot's functions stand beside the tests."""
    with functions_beside(DEPOT / "functions"):
        yield


@pytest.fixture(scope="session")
def two_months(spark: SparkSession, depot_functions: None, tmp_path_factory: pytest.TempPathFactory) -> Depot:
    """Movements of January and February, built and not yet released."""
    depot = Depot(tmp_path_factory.mktemp("depot") / "depot")
    depot.receive("1", "A,2025-01-05,10", "B,2025-02-05,20", "C,2025-02-06,5")
    depot.build(publish=False)
    return depot
