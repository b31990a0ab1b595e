"""The workshop of the other tests over two days: all tables that ship for one ERP, from extracts to the inventory."""

from dataclasses import dataclass
from typing import ClassVar

from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.run import Run
from emberlake.runtime.settings import Settings
from support import workshop
from support.workshop import MASTERS


@dataclass
class Works(workshop.Workshop):
    """Receipts with masters, factors and decisions."""

    TABLES: ClassVar[tuple[str, ...]] = tuple(workshop.TABLES)

    def open(self) -> None:
        self.lakehouse = Lakehouse(Settings(self.folder / "lakehouse", self.folder / "landing"))

    def build(self, *tables: str, **choice: object) -> Run:
        return self.run(*(tables or self.TABLES), **choice)


def january(works: Works) -> None:
    works.deliver_masters()
    works.deliver_receipts(
        "2025-01", "R1;1;15.01.2025;1;7;D1;1.250,5;kg;900,00;EUR;;", "R2;1;15.01.2025;1;7;S1;4;Tsd;50,00;EUR;;",
        "R3;1;15.01.2025;1;8;F1;20;kg;300,00;EUR;;", "R4;1;16.01.2025;1;7;D1;10;kg;9,00;EUR;X;", "R5;1;16.01.2025;1;7;D1;2;Zentner;80,00;EUR;;",
        "R7;1;16.01.2025;2;7;D1;2;kg;80,00;EUR;;",
    )  # fmt: skip


def february(works: Works) -> None:
    """A late correction, the works that a receipt waited for, and another factor decision."""
    works.deliver_receipts("2025-02", "R1;1;15.01.2025;1;7;D1;1.000;kg;720,00;EUR;;", "R6;1;03.02.2025;1;7;D1;7;kg;5,00;EUR;;")
    works.deliver("kontor/werk_2.csv", "WerkNr;Bezeichnung;Land\n1;Halle Süd;DE\n2;Halle Nord;DE\n")
    mapping = MASTERS["decision/factor_mapping.csv"]
    works.deliver("decision/factor_mapping.csv", "\n".join(line for line in mapping.splitlines() if ",M2," not in line) + "\n")
