"""The sample company's inventory worked out a second time: in plain Python, one receipt after the other.

Written from the contracts' descriptions, docs/sample-company.md and the formulas of the GHG Protocol Technical Guidance
(1.4 average-data: mass times factor; 1.5 spend-based: spend times factor), not from the functions that it judges. All
amounts are Decimal, all rounding is half-up: quantities, masses and spend to 6 digits, emissions to 12.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from support.erp import Line, kontor_line, kontor_materials, kontor_suppliers, sap_line, sap_materials, sap_suppliers
from support.extracts import Record, records, records_of
from support.published import Factor, half_up, published_factors, published_rates

# What the units of the two systems are, by docs/sample-company.md: (what is counted, how many of it).
UNITS = {
    "kontor": {"kg": ("kg", 1), "t": ("kg", 1000), "Stk": ("piece", 1), "Tsd": ("piece", 1000), "Pck": ("pack", 1)},
    "sap": {
        "KG": ("kg", Decimal(1)), "TO": ("kg", Decimal(1000)), "G": ("kg", Decimal("0.001")),
        "ST": ("piece", Decimal(1)), "TS": ("piece", Decimal(1000)),
    },
}  # fmt: skip
PURCHASES = ("101", "102", "122")
LONGEST_CARRY = timedelta(days=7)


@dataclass(frozen=True)
class Receipt:
    """What must become of one record: its outcome, and where it was written the numbers that follow from it."""

    source: str
    record: Record
    outcome: str  # written, quarantined, excluded or merged
    line: Line | None = None
    mass_kg: Decimal | None = None
    spend_eur: Decimal | None = None
    spend_usd: Decimal | None = None
    method: str | None = None
    factor: str | None = None
    policy: str | None = None
    gases: dict[str, Decimal] = field(default_factory=dict)
    reason: str | None = None

    @property
    def kgco2e(self) -> Decimal | None:
        return sum(self.gases.values(), Decimal(0)) if self.gases else None


class Company:
    """The sample company below a landing folder, worked out when it is made."""

    def __init__(self, landing: Path) -> None:
        self.landing = landing
        self.rates = published_rates()
        self.mappings = [r.fields or {} for r in records_of(landing / "decision/factor_mapping.csv", "decision/")]
        self.policies = [r.fields or {} for r in records_of(landing / "decision/factor_policy.csv", "decision/")]
        self.factors = published_factors({m["activity_code"] for m in self.mappings})
        self.suppliers = {"kontor": kontor_suppliers(landing), "sap": sap_suppliers(landing)}
        self.materials = {"kontor": kontor_materials(landing), "sap": sap_materials(landing)}
        self.plants = {
            "kontor": {r["WerkNr"] for r in records(landing, "kontor/werk_*.csv")},
            "sap": {r["WERKS"] for r in records(landing, "sap/T001W_*.txt")},
        }
        self.orders = {r["EBELN"]: r["LIFNR"] for r in records(landing, "sap/EKKO_*.txt")}
        self.reversed = {
            (r["SMBLN"], r["SJAHR"], r["SMBLP"])
            for r in records(landing, "sap/MSEG_*.txt") if r.fields and r["BWART"] == "102"
        }  # fmt: skip
        self.receipts = list(last_ones([*self.kontor(), *self.sap()]))

    def kontor(self) -> Iterator[Receipt]:
        """Every record of the German plant."""
        for record in records(self.landing, "kontor/wareneingang_*.csv"):
            line = kontor_line(record)
            if line and record["Storno"] == "X":
                yield Receipt("kontor", record, "excluded")
            else:
                yield self.judged("kontor", record, line)

    def sap(self) -> Iterator[Receipt]:
        """Every record of the British plant."""
        for record in records(self.landing, "sap/MSEG_*.txt"):
            line = sap_line(record, self.orders)
            key = (record["MBLNR"], record["MJAHR"], record["ZEILE"]) if line else None
            if line and (record["BWART"] not in PURCHASES or record["BWART"] == "102" or key in self.reversed):
                yield Receipt("sap", record, "excluded")
            else:
                yield self.judged("sap", record, line)

    def judged(self, source: str, record: Record, line: Line | None) -> Receipt:
        """A line is written when its masters, its unit and its rate are known and it is of something."""
        if line is None:
            return Receipt(source, record, "quarantined")
        spend = self.spend(line)
        known = line.supplier in self.suppliers[source] and line.material in self.materials[source]
        if not (known and line.plant in self.plants[source] and line.unit in UNITS[source] and spend and line.quantity):
            return Receipt(source, record, "quarantined", line)
        mass = mass_of(line, UNITS[source][line.unit], self.materials[source][line.material].kg_per_piece)
        return self.priced(Receipt(source, record, "written", line, mass, *spend))

    def spend(self, line: Line) -> tuple[Decimal, Decimal] | None:
        """Euro and dollar; the quotient is taken to 13 digits and then to 6."""
        own, dollar = self.rate(line.currency, line.posted), self.rate("USD", line.posted)
        if own is None or dollar is None:
            return None
        euro = half_up(half_up(line.amount / own, 13), 6)
        return euro, half_up(line.amount if line.currency == "USD" else euro * dollar, 6)

    def rate(self, currency: str, posted: date) -> Decimal | None:
        """Units for one euro; on days without a publication the last one, for at most seven days."""
        if currency == "EUR":
            return Decimal(1)
        published = [(d, r) for d, r in self.rates.get(currency, ()) if posted - LONGEST_CARRY <= d <= posted]
        return max(published)[1] if published else None

    def priced(self, receipt: Receipt) -> Receipt:
        """Method, factor and emissions, or the reason why there are none."""
        line = receipt.line
        assert line is not None
        mapping = self.mapping(receipt.source, self.materials[receipt.source][line.material].group, line.posted)
        if mapping is None:
            return replace(receipt, reason="no_mapping")
        receipt = replace(receipt, method=mapping["method"])
        quantity, unit = (receipt.mass_kg, "kg") if mapping["method"] == "average-data" else (receipt.spend_usd, "USD")
        if quantity is None:
            return replace(receipt, reason="no_mass")
        place = self.suppliers[receipt.source][line.supplier]
        chosen = self.choice(mapping["method"], mapping["activity_code"], unit, place, line.posted)
        if isinstance(chosen, str):
            return replace(receipt, reason=chosen)
        factor, policy = chosen
        gases = {gas: half_up(quantity * value, 12) for gas, value in factor.gases.items()}
        return replace(receipt, factor=factor.factor_id, policy=policy, gases=gases)

    def mapping(self, source: str, group: str | None, posted: date) -> dict[str, str] | None:
        """The decision in force on the day; the latest to begin where several are."""
        found = [
            m for m in self.mappings
            if m["mapped_source_system"] == source and m["material_group_code"] == group
            and m["valid_from_date"] <= posted.isoformat() <= (m["valid_to_date"] or "9999")
        ]  # fmt: skip
        return max(found, key=lambda m: m["valid_from_date"], default=None)

    def choice(self, method: str, code: str, unit: str, place: str, posted: date) -> tuple[Factor, str | None] | str:
        """The one factor that fits, with the policy that allows it; else the reason. No two of the sample fit alike."""
        candidates = [f for f in self.factors if f.code == code]
        own, allowed, refused = [], [], set()
        for factor in candidates:
            needs = needed(factor, place, posted)
            if factor.unit != unit:
                refused.add("unit_mismatch")
            elif posted < factor.first:
                refused.add("not_yet_valid")
            elif not needs:
                own.append((factor, None))
            elif policy := self.policy(method, factor.place, place, posted, needs):
                allowed.append((factor, policy))
            else:
                refused.add(next(n for n in ("expired", "other_place", "other_price_year") if n in needs))
        fitting = own or allowed
        if not fitting:
            nearest = ("other_price_year", "other_place", "expired", "not_yet_valid", "unit_mismatch")
            return next((reason for reason in nearest if reason in refused), "no_factor")
        return fitting[0] if len(fitting) == 1 else "ambiguous"

    def policy(self, method: str, factor_place: str, place: str, posted: date, needs: set[str]) -> str | None:
        """The first policy by id that allows everything that is needed."""
        allows = {"other_place": "allows_other_place", "expired": "allows_other_year", "other_price_year": "allows_other_price_year"}
        found = [
            p["factor_policy_id"] for p in self.policies
            if p["method"] == method and p["factor_geography_code"] == factor_place
            and p["activity_geography_code"] in ("*", place)
            and p["valid_from_date"] <= posted.isoformat() <= (p["valid_to_date"] or "9999")
            and all(p[allows[need]] == "true" for need in needs)
        ]  # fmt: skip
        return min(found, default=None)


def needed(factor: Factor, place: str, posted: date) -> set[str]:
    """What a policy has to allow before this factor prices an activity of this place and day."""
    needs = {"other_place"} if factor.place != place else set()
    if factor.last and posted > factor.last:
        needs.add("expired")
    if factor.price_year and factor.price_year != str(posted.year):
        needs.add("other_price_year")
    return needs


def mass_of(line: Line, unit: tuple[str, Decimal], kg_per_piece: Decimal | None) -> Decimal | None:
    """Kilograms: by the unit itself, or by the mass of a piece where pieces are counted; a pack has none."""
    counted, size = unit
    number = half_up(line.quantity * size, 6)
    if counted == "kg":
        return number
    return half_up(number * kg_per_piece, 6) if counted == "piece" and kg_per_piece is not None else None


def last_ones(receipts: list[Receipt]) -> Iterator[Receipt]:
    """A line that came again stands as it came last; the earlier one is merged into it."""
    last = {r.line.receipt_id: r.record.row_id for r in receipts if r.outcome == "written" and r.line}
    for receipt in receipts:
        if receipt.outcome == "written" and receipt.line and last[receipt.line.receipt_id] != receipt.record.row_id:
            yield Receipt(receipt.source, receipt.record, "merged", receipt.line)
        else:
            yield receipt
