"""The Spark session of the tests: started by the first test that asks for it, shared by all of them."""

import os
import sys
from collections.abc import Iterator

import pytest
from pyspark.sql import SparkSession

os.environ["COLUMNS"] = "132"  # what the command line says is read as on a wide terminal, whoever runs the tests
pytest_plugins = ["support.lakehouses", "support.world"]

SETTINGS = {
    # The browser page costs a server and a port, and nobody looks at it during a test.
    "spark.ui.enabled": "false",
    # A few rows: more partitions are more tasks and no more speed. Two, so that a shuffle still moves something.
    "spark.sql.shuffle.partitions": "2",
    # Planning again at every stage costs more than it saves on a few rows.
    "spark.sql.adaptive.enabled": "false",
    # A JVM that lives a minute never earns back the optimising compiler nor the parallel collector.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    # No name look-up of this machine, which may have none.
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    # known_at and landing times are UTC; the machine's own zone must not change what a test expects.
    "spark.sql.session.timeZone": "UTC",
    # Columns travel to Python whole, with decimals and missing values as they are.
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    # Tables are Delta tables in tests too; the jars lie with pyspark.
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
}


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """Two threads on this machine: one would hide what depends on the order of rows."""
    # Workers run the Python that runs the tests, not the first one on the path.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[2]").appName("emberlake tests")
    for key, value in SETTINGS.items():
        builder = builder.config(key, value)
    # Tables made by name leave nothing behind in the checkout.
    builder = builder.config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()
