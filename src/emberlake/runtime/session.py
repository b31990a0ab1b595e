"""One Spark session, with the settings that small machines need and Delta switched on."""

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
    "spark.databricks.delta.skipRecordingEmptyCommits": "false",  # a build that writes no row still says what it consumed
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "4",
    "spark.sql.files.maxPartitionBytes": str(64 * 1024 * 1024),
}
# What must be known before the JVM starts.
START = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.driver.memory": "6g",
    "spark.driver.extraJavaOptions": "-XX:+UseParallelGC -Dlog4j2.level=ERROR",
    "spark.log.level": "ERROR",
}


def spark_session(settings: Settings) -> SparkSession:
    """The session of this process: made on the first call, the same one afterwards."""
    use_this_python()
    builder = SparkSession.builder.appName("emberlake")
    if settings.spark_remote:
        builder = builder.remote(settings.spark_remote)
    else:
        if settings.spark_master:
            builder = builder.master(settings.spark_master)
        for key, value in {**START, **RUNTIME, **settings.spark_conf}.items():
            builder = builder.config(key, value)
    session = builder.getOrCreate()
    if settings.spark_remote:
        for key, value in {**RUNTIME, **settings.spark_conf}.items():
            session.conf.set(key, value)
    return session
