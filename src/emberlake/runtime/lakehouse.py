"""One lakehouse: its settings, its contracts, its tables and its books, opened together."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyspark.sql import SparkSession

from emberlake.contracts.load import load_all
from emberlake.contracts.model import Contract
from emberlake.errors import EmberlakeError
from emberlake.runtime.audit import Books
from emberlake.runtime.lineage.sending import Lineage
from emberlake.runtime.session import forget, is_gone, spark_session
from emberlake.runtime.settings import Settings
from emberlake.runtime.store import Store


@dataclass(frozen=True)
class Lakehouse:
    """Opens what it is asked for when it is asked for it: to read the books starts no Spark."""

    settings: Settings

    @cached_property
    def contracts(self) -> Mapping[str, Contract]:
        """Contracts of the installation; a folder in EMBERLAKE_SCHEMAS replaces them."""
        return load_all(self.settings.schemas)

    def contract(self, table: str) -> Contract:
        if table not in self.contracts:
            raise EmberlakeError(f"no contract describes a table {table}; known are {', '.join(sorted(self.contracts))}")
        return self.contracts[table]

    @cached_property
    def store(self) -> Store:
        return Store(self.settings.lakehouse)

    @cached_property
    def books(self) -> Books:
        return Books(self.store, self.contracts)

    @cached_property
    def lineage(self) -> Lineage:
        return Lineage(self.settings.lakehouse / "lineage" / "events.jsonl", self.settings.lineage)

    @cached_property
    def spark(self) -> SparkSession:
        return spark_session(self.settings)

    def forget_dead_spark(self) -> None:
        """Where the open session has died, the next question opens another one."""
        if "spark" in self.__dict__ and is_gone(self.spark):
            forget(self.spark)
            del self.__dict__["spark"]

    @property
    def landed_folder(self) -> Path:
        """Where the kept copies of landed extracts lie."""
        return self.settings.lakehouse / "landed"
