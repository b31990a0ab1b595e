"""A workshop with a handful of receipts in the German ERP: small enough to reckon by hand, whole enough to run to a release."""

from dataclasses import dataclass, field
from pathlib import Path

from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.landing import Landing, land
from emberlake.runtime.run import Run, Selection, run
from emberlake.runtime.settings import Settings

HEAD = "Belegnummer;Position;Buchungsdatum;WerkNr;LieferantenNr;ArtikelNr;Menge;Einheit;Nettowert;Waehrung;Storno;Bemerkung"
# What is bought: wire (priced by mass, steel cans as its stand-in) and paint (priced by spend).
MASTERS = {
    "kontor/werk_1.csv": "WerkNr;Bezeichnung;Land\n1;Halle Süd;DE\n",
    "kontor/lieferant_1.csv": "LieferantenNr;Name;Land;Waehrung\n7;Drahtzug Müller;DE;EUR\n8;Paint & Co;GB;GBP\n",
    "kontor/artikel_1.csv": "ArtikelNr;Bezeichnung;Warengruppe;Lagereinheit;GewichtKgJeStueck\nD1;Stahldraht;100;kg;\nS1;Schraube;100;Stk;0,0125\nF1;Farbe;200;kg;\n",
    "decision/factor_mapping.csv": (
        "organisation_id,factor_mapping_id,mapped_source_system,material_group_code,method,activity_code,valid_from_date,valid_to_date,label,decided_by,decided_date\n"
        "rivetwerk,M1,kontor,100,average-data,material/metal-steel-cans/primary-material-production,2025-01-01,,wire as can steel,A. Prüfer,2025-01-02\n"
        "rivetwerk,M2,kontor,200,spend-based,naics/325510,2025-01-01,,paint as paint,A. Prüfer,2025-01-02\n"
    ),
    "decision/factor_policy.csv": (
        "organisation_id,factor_policy_id,method,factor_geography_code,activity_geography_code,allows_other_place,allows_other_year,"
        "allows_other_price_year,valid_from_date,valid_to_date,reason,decided_by,decided_date\n"
        "rivetwerk,P1,average-data,GB,*,true,false,false,2025-01-01,,no German factor is published,A. Prüfer,2025-01-02\n"
        "rivetwerk,P2,spend-based,US,*,true,false,true,2025-01-01,,no European factor may be shipped,A. Prüfer,2025-01-02\n"
    ),
}
# Tables that the workshop needs: no SAP, no suites of what it does not have.
TABLES = [
    "bronze.decision_factor_mapping",
    "bronze.decision_factor_policy",
    "bronze.kontor_artikel",
    "bronze.kontor_lieferant",
    "bronze.kontor_wareneingang",
    "bronze.kontor_werk",
    "bronze.reference_emission_factor",
    "bronze.reference_exchange_rate",
    "bronze.reference_unit",
    "silver.factor_mapping",
    "silver.factor_policy",
    "silver.emission_factor",
    "silver.exchange_rate",
    "silver.unit",
    "silver.supplier",
    "silver.plant",
    "silver.material",
    "silver.goods_receipt",
    "gold.activity",
    "gold.factor_choice",
    "gold.emission",
    "gold.inventory",
]


@dataclass
class Workshop:
    """A landing folder and a lakehouse; extracts are delivered as text."""

    folder: Path
    lakehouse: Lakehouse = field(init=False)

    def __post_init__(self) -> None:
        self.lakehouse = Lakehouse(Settings(self.folder / "lakehouse", self.folder / "landing"))

    def deliver(self, name: str, text: str, encoding: str = "windows-1252") -> Path:
        path = self.folder / "landing" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8" if name.startswith("decision") else encoding))
        return path

    def deliver_masters(self) -> None:
        for name, text in MASTERS.items():
            self.deliver(name, text)

    def deliver_receipts(self, month: str, *lines: str) -> Path:
        return self.deliver(f"kontor/wareneingang_{month}.csv", "\n".join([HEAD, *lines]) + "\n")

    def land(self) -> Landing:
        return land(self.lakehouse)

    def run(self, *tables: str, **choice: object) -> Run:
        return run(self.lakehouse, Selection(tables or tuple(TABLES), **choice))  # type: ignore[arg-type]

    def rows(self, table: str, version: int | None = None) -> list[dict[str, object]]:
        return self.lakehouse.store.dataset(table, version).to_table().to_pylist()
