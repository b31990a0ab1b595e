"""What differs from one installation to the next: the only place that reads the environment."""

import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Where the lakehouse and the landing folder are, and how Spark is started.

    `spark_remote` names a Spark Connect server; without it the work runs in one local session.
    `spark_submit` is the command in front of a job file; with it a scheduler's tasks submit their work to a cluster.
    In a job started by spark-submit the master is the command's, and `spark_master` is None.
    `spark_conf` is added to the session last, so that it can overrule anything.
    `kafka` holds the client's settings for a Kafka broker, `bootstrap.servers` among them; without them no topic is fetched.
    `lives_long` says that this process does, so that what Java compiles well pays.
    `approval` says whose changes wait for approval before a ledger takes them: sources, or `required` for all but those that drive.
    """

    lakehouse: Path
    landing: Path
    schemas: Path | None = None
    spark_remote: str | None = None
    spark_master: str | None = "local[*]"
    spark_submit: tuple[str, ...] = ()
    spark_conf: Mapping[str, str] = field(default_factory=dict)
    lineage: Mapping[str, object] | None = None
    kafka: Mapping[str, str] = field(default_factory=dict)
    approval: tuple[str, ...] = ()
    lives_long: bool = False

    @classmethod
    def from_environment(cls, lakehouse: Path | None = None, landing: Path | None = None) -> "Settings":
        """Arguments win over EMBERLAKE_LAKEHOUSE and EMBERLAKE_LANDING, these over ./lakehouse and ./landing."""
        env = os.environ
        schemas = env.get("EMBERLAKE_SCHEMAS")
        return cls(
            lakehouse=Path(lakehouse or env.get("EMBERLAKE_LAKEHOUSE", "lakehouse")).resolve(),
            landing=Path(landing or env.get("EMBERLAKE_LANDING", "landing")).resolve(),
            schemas=Path(schemas).resolve() if schemas else None,
            spark_remote=env.get("EMBERLAKE_SPARK_REMOTE"),
            spark_master=env.get("EMBERLAKE_SPARK_MASTER", None if "PYSPARK_GATEWAY_PORT" in env else "local[*]"),
            spark_submit=tuple(shlex.split(env.get("EMBERLAKE_SPARK_SUBMIT", ""))),
            spark_conf=pairs(env.get("EMBERLAKE_SPARK_CONF", "")),
            kafka=pairs(env.get("EMBERLAKE_KAFKA", "")),
            approval=tuple(env.get("EMBERLAKE_APPROVAL", "").split()),
        )


def pairs(text: str) -> dict[str, str]:
    """`key=value;key=value` as a mapping."""
    return dict(pair.split("=", 1) for pair in text.split(";") if "=" in pair)


def use_this_python() -> None:
    """Spark's workers must be this interpreter: another one on the PATH fails late and strangely."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable


def now() -> datetime:
    """The clock, asked in one place; UTC, whole microseconds as Delta keeps them."""
    return datetime.now(UTC)
