"""Make the shipped reference tables from the collected facts. Run by hand when the facts change:

    python infra/reference/extract.py <facts folder> <eurofxref-hist.csv>

Every row of every facts file ends in a shipped file or, counted with its reason, in LEFT_OUT.md. The unit sets
(unit/units.csv) are kept by hand and not touched.
"""

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path

import american
import desnz
import ecb
import ember
import page
from factor import Factor, LeftOut, Row, slug

from emberlake.carbon.units import per_base

OUT = Path(__file__).parents[2] / "src" / "emberlake" / "reference"
GWP_FILE = "gwp100.csv"
GWP_COLUMNS = ("species", "gwp_set", "value", "unit", "source", "licence")

Reader = Callable[[Row], Factor | LeftOut]


def main(facts: Path, rates: Path) -> None:
    """Write every shipped file and the account of what was left out."""
    gwp_rows = read(facts / "factors" / GWP_FILE)
    account: dict[str, Counter[str]] = {}
    factors: list[tuple[str, Factor]] = []
    for path in sorted((facts / "factors").glob("*.csv")):
        if path.name == GWP_FILE:
            continue
        reader = readers(gwp_rows).get(path.name)
        if reader is None:
            raise SystemExit(f"{path.name} is a new facts file: say in extract.py what becomes of it")
        results = [(row, reader(row)) for row in read(path)]
        account[path.name] = Counter(result.reason for _, result in results if isinstance(result, LeftOut))
        factors += [(path.name, result) for _, result in results if isinstance(result, Factor)]
    shipped = one_per_dimension(factors, account)
    for release in sorted({factor.release for _, factor in shipped}):
        rows = [factor.row() for _, factor in shipped if factor.release == release]
        write(OUT / "emission_factor" / f"{release}.csv", rows, tuple(rows[0]))
    gwp = [{column: row[column] for column in GWP_COLUMNS} for row in gwp_rows if row["licence"] == "CC0-1.0"]
    account[GWP_FILE] = Counter({"quoted second-hand, not in the CC0 table": len(gwp_rows) - len(gwp)})
    write(OUT / "gwp" / GWP_FILE, gwp, GWP_COLUMNS)
    write(OUT / "exchange_rate" / "ecb-2025.csv", list(ecb.exchange_rates(read(rates))), ecb.RATE_COLUMNS)
    kept = Counter(name for name, _ in shipped) + Counter({GWP_FILE: len(gwp)})
    for name, reasons in account.items():
        if kept[name] + reasons.total() != len(read(facts / "factors" / name)):
            raise SystemExit(f"{name}: a row was neither shipped nor left out")
    (OUT / "LEFT_OUT.md").write_text(page.left_out(account, kept), "utf-8")


def readers(gwp_rows: list[Row]) -> dict[str, Reader]:
    """What becomes of the rows of each facts file."""
    ar5 = {row["species"]: Decimal(row["value"]) for row in gwp_rows if row["gwp_set"] == "AR5"}
    edition_2025 = partial(desnz.edition_2025, confirmed_gwp=confirmed_gwp(gwp_rows))
    return {
        "fuels_desnz_2025.csv": edition_2025,
        "electricity_heat_uk_desnz_2025.csv": edition_2025,
        "freight_desnz_2025.csv": edition_2025,
        "materials_waste_water_desnz_2025.csv": edition_2025,
        "travel_hotel_desnz_2025.csv": edition_2025,
        "refrigerants_desnz_2025.csv": edition_2025,
        "desnz_edition_history_2022_2026.csv": desnz.earlier_edition,
        "epa_hub_2024.csv": american.hub,
        "electricity_us_egrid2022_subregion.csv": partial(american.egrid, gwp=ar5),
        "spend_useeio_naics.csv": american.supply_chain,
        "electricity_lifecycle_ember.csv": ember.electricity,
        "electricity_national_location_based.csv": national_grid,
        "electricity_lifecycle_electricitymaps_odbl.csv": left("ODbL: share-alike does not go with this repository"),
        "electricity_residual_mix.csv": left("rights of redistribution unclear (AIB, Green-e): cite only"),
        "fuels_ipcc2006_crosscheck.csv": left("IPCC copyright: cross-check only"),
        "freight_glec_v32_cited.csv": left("GLEC copyright: single cited values only"),
        "fuel_properties_desnz_2025.csv": left("fuel properties, not emission factors"),
        "flight_haul_definition_desnz_2025.csv": left("definition of hauls, not emission factors"),
        "dq_pedigree.csv": left("data-quality scores, not emission factors"),
        "dq_pcaf_scores.csv": left("data-quality scores, not emission factors"),
    }


def left(reason: str) -> Reader:
    """A reader that leaves every row out."""
    return lambda _: LeftOut(reason)


def national_grid(row: Row) -> Factor | LeftOut:
    """No national row can be shipped at present; each has one of these reasons."""
    if row["source"] == "UK DESNZ conversion factors" and row["confidence"] == "high":
        return LeftOut("the same factor ships with its DESNZ edition")
    if row["confidence"] != "high":
        return LeftOut("confidence below high: to be checked against the publisher")
    if row["gas_basis"] == "CO2 only":
        return LeftOut("CO2 only, no day of publication, redistribution conditional")
    return LeftOut("GWP set unstated, no day of publication, redistribution conditional")


def confirmed_gwp(gwp_rows: list[Row]) -> dict[tuple[str, Decimal], set[str]]:
    """Which GWP sets give a gas this value; gases are named as the UK edition names them."""
    names: defaultdict[tuple[str, Decimal], set[str]] = defaultdict(set)
    names["carbon-dioxide", Decimal(1)] = {"AR4", "AR5", "AR6"}
    spelled = {"CH4": "methane", "N2O": "nitrous-oxide"}
    spelled |= {"SF6": "sulphur-hexafluoride-sf6", "NF3": "nitrogen-trifluoride"}
    for row in gwp_rows:
        species = row["species"]
        name = spelled.get(species) or slug(species.replace("HFC", "HFC-").replace("HFE", "HFE-"))
        names[name, Decimal(row["value"])].add(row["gwp_set"])
    return names


def one_per_dimension(factors: list[tuple[str, Factor]], account: dict[str, Counter[str]]) -> list[tuple[str, Factor]]:
    """Of a factor given in several units of one dimension, the one with most digits; the others are accounted for."""
    groups: defaultdict[tuple[str, ...], list[tuple[str, Factor]]] = defaultdict(list)
    for name, factor in factors:
        converted = per_base(Decimal(factor.co2e), factor.amount_unit, factor.per_unit)
        if converted is None:
            raise SystemExit(f"{factor.factor_id}: {factor.published_unit} cannot be expressed")
        same = (factor.activity_code, factor.geography_code, factor.boundary, factor.per_unit_qualifier)
        groups[*same, converted[0], factor.release, factor.valid_from_date].append((name, factor))
    shipped = []
    for group in groups.values():
        group.sort(key=lambda item: -digits(item[1].co2e))
        if len({factor.per_unit for _, factor in group}) < len(group):
            raise SystemExit(f"one activity code for several factors: {[factor.factor_id for _, factor in group]}")
        shipped.append(group[0])
        for name, _ in group[1:]:
            account[name]["the same factor in another unit of the same dimension ships, with more digits"] += 1
    return shipped


def digits(value: str) -> int:
    """Significant digits as written."""
    return len(value.replace(".", "").lstrip("0"))


def read(path: Path) -> list[Row]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[Row], columns: tuple[str, ...]) -> None:
    """A CSV file, UTF-8, line feeds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
