"""One Spark session, with the settings that small machines need and Delta switched on."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pyspark import SparkContext
from pyspark.sql import SparkSession

from emberlake.runtime.settings import Settings, use_this_python

# What both a local session and a Connect server take.
RUNTIME = {
    "spark.sql.session.timeZone": "UTC",  # every timestamp in the lakehouse is UTC
    "spark.sql.ansi.enabled": "true",  # overflow and bad casts raise; conform casts beforehand with try_cast
    "spark.sql.adaptive.enabled": "false",  # costs more than it gains below some hundred partitions
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.execution.arrow.pyspark.enabled": "true",  # None must not become NaN
    "spark.sql.execution.arrow.maxRecordsPerBatch": "65536",
    "spark.sql.autoBroadcastJoinThreshold": str(64 * 1024 * 1024),  # masters and factors are broadcast
    "spark.databricks.delta.snapshotPartitions": "2",  # the default 50 makes every small table slow
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",  # the default is Hive's INT96, without statistics
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "4",
    "spark.sql.files.maxPartitionBytes": str(64 * 1024 * 1024),
    "spark.sql.files.maxRecordsPerFile": "250000",  # a changed row costs the file that it lies in: writing it anew, and comparing it
}
# What must be known before the JVM starts.
START = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.driver.memory": "6g",
    "spark.python.sql.dataFrameDebugging.enabled": "false",  # tells Java of the Python line behind every column: more than half of all calls to Java
    "spark.sql.codegen.cache.maxEntries": "2000",  # a trigger compiles more than the default of 100, and the next one would compile all anew
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",  # a file that only the log could believe in
}
LOGGING = Path(__file__).with_name("log4j2.properties")
# A short run ends before the optimising compiler has earned what it costs; on two cores it takes one of them.
SHORT_RUN_BYTES = 16 * 1024 * 1024
SHORT_RUN, LONG_RUN = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC", "-XX:+UseParallelGC"

# To compile a plan costs a second and pays from some hundred thousand rows on; fewer rows are faster interpreted, by one task.
FEW_ROWS = 50_000
FOR_FEW_ROWS = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN", "spark.sql.shuffle.partitions": "1"}


def spark_session(settings: Settings) -> SparkSession:
    """The session of this process: made on the first call, the same one afterwards."""
    use_this_python()
    builder = SparkSession.builder.appName("emberlake")
    if settings.spark_remote:
        builder = builder.remote(settings.spark_remote)
    else:
        if settings.spark_master:
            builder = builder.master(settings.spark_master)
        for key, value in {**START, "spark.driver.extraJavaOptions": java_options(settings), **RUNTIME, **settings.spark_conf}.items():
            builder = builder.config(key, value)
    session = builder.getOrCreate()
    if settings.spark_remote:
        for key, value in {**RUNTIME, **settings.spark_conf}.items():
            session.conf.set(key, value)
    return session


def is_gone(session: SparkSession) -> bool:
    """Whether the local Spark behind a session has died or was stopped; of a Connect server its client knows by itself."""
    context = getattr(session, "_jsc", None)
    if context is None:
        return False
    try:
        return bool(context.sc().isStopped())
    except Exception:  # whatever it says, it does not answer
        return True


def forget(session: SparkSession) -> None:
    """Let go of a session that is gone, so that the next one is opened anew. PySpark keeps what it once started in class variables."""
    with suppress(Exception):
        session.stop()
    SparkContext._gateway = SparkContext._jvm = SparkContext._active_spark_context = None
    SparkSession._instantiatedSession = None


def java_options(settings: Settings) -> str:
    """By how long the process lives, and how much lies in the landing folder and in the kept copies."""
    folders = (settings.landing, settings.lakehouse / "landed")
    size = sum(path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file())
    return f"{LONG_RUN if settings.lives_long or size >= SHORT_RUN_BYTES else SHORT_RUN} -Dlog4j2.configurationFile={LOGGING.as_uri()}"


@contextmanager
def suited_to(spark: SparkSession, row_count: int) -> Iterator[None]:
    """Settings for as long as so many rows are worked on; the same rows come out either way."""
    settings = FOR_FEW_ROWS if row_count <= FEW_ROWS else {}
    before = {key: str(spark.conf.get(key)) for key in settings}
    for key, value in settings.items():
        spark.conf.set(key, value)
    try:
        yield
    finally:
        for key, old in before.items():
            spark.conf.set(key, old)
