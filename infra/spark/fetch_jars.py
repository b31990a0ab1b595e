"""Put Delta's jars into the installed Spark, by Spark's own resolver, and check each against jars.sha256.

Lying in pyspark/jars they are found by every way of starting Spark: a local session, spark-submit, Connect, Thrift.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pyspark

HERE = Path(__file__).parent
PACKAGES = "io.delta:delta-spark_4.2_2.13:4.4.0"
# What Spark has already: asking again costs time, and a second version on the class path would be worse.
IN_SPARK = (
    "org.apache.hadoop:hadoop-client-api org.apache.hadoop:hadoop-client-runtime org.slf4j:slf4j-api "
    "com.fasterxml.jackson.core:jackson-annotations com.fasterxml.jackson.core:jackson-core "
    "com.fasterxml.jackson.core:jackson-databind com.fasterxml.jackson.datatype:jackson-datatype-jdk8 "
    "com.github.luben:zstd-jni org.apache.parquet:parquet-hadoop org.roaringbitmap:RoaringBitmap "
    "org.apache.logging.log4j:log4j-api org.apache.logging.log4j:log4j-core "
    "org.apache.logging.log4j:log4j-slf4j2-impl org.locationtech.jts:jts-core"
).split()


def wanted() -> dict[str, str]:
    """Jar file name (organisation_artifact-version.jar, as the resolver writes it) → sha256."""
    lines = (HERE / "jars.sha256").read_text().splitlines()
    return {name: digest for digest, name in (line.split() for line in lines if line.strip())}


def resolve(scratch: Path) -> Path:
    """Let Spark fetch the packages; the folder it put the jars into."""
    noop = scratch / "noop.py"
    noop.touch()
    settings = {
        "spark.jars.ivy": scratch,
        "spark.jars.ivySettings": HERE / "ivysettings.xml",
        "spark.jars.excludes": ",".join(IN_SPARK),
        "spark.ui.enabled": "false",
    }
    conf = [word for key, value in settings.items() for word in ("--conf", f"{key}={value}")]
    submit = Path(pyspark.__file__).parent / "bin" / "spark-submit"
    run = subprocess.run([submit, "--packages", PACKAGES, *conf, noop], capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"Spark could not fetch {PACKAGES}; its last words:\n{run.stderr[-2000:]}")
    return scratch / "jars"


def main() -> None:
    target = Path(pyspark.__file__).parent / "jars"
    with tempfile.TemporaryDirectory() as scratch:
        fetched = resolve(Path(scratch))
        for name, digest in wanted().items():
            jar = fetched / name
            if not jar.exists():
                sys.exit(f"{name} is listed in jars.sha256 and was not fetched; got {sorted(p.name for p in fetched.glob('*.jar'))}")
            if hashlib.sha256(jar.read_bytes()).hexdigest() != digest:
                sys.exit(f"{name} is not the jar whose sha256 stands in jars.sha256; Spark was left as it was")
        for name in wanted():
            shutil.copy(fetched / name, target / name)


if __name__ == "__main__":
    main()
