"""UK government conversion factors: the 2025 edition, and eight key factors of the editions before it."""

from decimal import Decimal

from factor import Factor, LeftOut, Row, plain, slug

PER_UNITS = {
    "tonnes": ("t", ""),
    "kg": ("kg", ""),
    "litres": ("l", ""),
    "cubic metres": ("m3", ""),
    "million litres": ("1000000 * l", ""),
    "kWh": ("kWh", ""),
    "kWh (Net CV)": ("kWh", "net CV"),
    "kWh (Gross CV)": ("kWh", "gross CV"),
    "GJ": ("GJ", ""),
    "tonne.km": ("t*km", ""),
    "passenger.km": ("passenger*km", ""),
    "km": ("km", ""),
    "miles": ("mile", ""),
    "per FTE Working Hour": ("h", "full-time equivalent"),
}
"""The publisher's unit of activity: the units library's expression and what the library cannot say."""

BOUNDARIES = {
    "combustion": "combustion (TTW)",
    "direct generation": "generation (direct)",
    "T&D losses": "T&D losses (direct)",
    "TTW (RF variant in column variant)": "TTW",
}
"""One wording for one boundary in every edition, so that an edition can take the place of the one before it."""

KEY_FACTORS = {
    "Natural gas": "fuel/gaseous-fuels/natural-gas",
    "Propane": "fuel/gaseous-fuels/propane",
    "Diesel (average biofuel blend)": "fuel/liquid-fuels/diesel-average-biofuel-blend",
    "Petrol (average biofuel blend)": "fuel/liquid-fuels/petrol-average-biofuel-blend",
    "Processed fuel oils - residual oil": "fuel/liquid-fuels/processed-fuel-oils-residual-oil",
    "Processed fuel oils - distillate oil": "fuel/liquid-fuels/processed-fuel-oils-distillate-oil",
    "Electricity: UK generated": "electricity/electricity-generated/electricity-uk",
    "Electricity: UK T&D": "electricity-td/t-d-uk-electricity/electricity-uk",
}
"""Activity of the edition history: activity code that the 2025 edition gives the same factor."""


def edition_2025(row: Row, confirmed_gwp: dict[tuple[str, Decimal], set[str]]) -> Factor | LeftOut:
    """A row of the 2025 flat file. ``confirmed_gwp``: GWP sets by gas and value."""
    if row["domain"] == "biogenic":
        return LeftOut("biogenic CO2 belongs outside the scopes, and the factor table keeps no such gas apart")
    if row["domain"] == "hotel":
        return LeftOut("GWP set mixed and unknown per country (methodology 1.17), and no unit for a room night")
    gwp_set = _gwp_set(row, confirmed_gwp)
    if not gwp_set:
        return LeftOut("GWP set of this gas cannot be told: no AR5 value, or a blend of gases that may have none")
    unit = row["unit"].removeprefix("kg CO2e/")
    per_unit, qualifier = PER_UNITS[unit]
    return Factor(
        factor_id=row["factor_id"],
        activity_code=_activity_code(row, qualifier),
        activity_name=_activity_name(row),
        geography_code=row["geography"],
        boundary=BOUNDARIES.get(row["boundary"], row["boundary"]),
        published_value=plain(row["value"]),
        published_unit=row["unit"],
        amount_unit="kg",
        per_unit=per_unit,
        per_unit_qualifier=qualifier,
        price_year="",
        co2e=plain(row["value"]),
        co2=plain(row["co2"]),
        ch4=plain(row["ch4_as_co2e"]),
        n2o=plain(row["n2o_as_co2e"]),
        gwp_set=gwp_set,
        data_year=row["data_year"][:4],
        valid_from_date=row["valid_from"],
        valid_to_date=row["valid_to"],
        published_date=row["published"],
        release="desnz-2025",
        source=f"{row['source']}, {row['source_version']}",
        source_locator=f"flat file row {row['source_row']}",
        licence=row["licence"],
    )


def earlier_edition(row: Row) -> Factor | LeftOut:
    """A key factor of the editions 2022 to 2024."""
    if row["confidence"] != "high":
        return LeftOut("quoted second-hand: confidence below high")
    if row["edition"] == "2025":
        return LeftOut("the same factor ships with the 2025 edition")
    per_unit, qualifier = PER_UNITS[row["unit"].removeprefix("kg CO2e/")]
    return Factor(
        factor_id=row["factor_id"],
        activity_code="/".join(filter(None, [KEY_FACTORS[row["activity"]], slug(qualifier)])),
        activity_name=row["activity"],
        geography_code=row["geography"],
        boundary=BOUNDARIES[row["boundary"]],
        published_value=plain(row["value"]),
        published_unit=row["unit"],
        amount_unit="kg",
        per_unit=per_unit,
        per_unit_qualifier=qualifier,
        price_year="",
        co2e=plain(row["value"]),
        co2="",
        ch4="",
        n2o="",
        gwp_set=row["gwp_set"],
        data_year="",
        valid_from_date=row["valid_from"],
        valid_to_date=row["valid_to"],
        published_date=row["published"],
        release=f"desnz-{row['edition']}",
        source=f"{row['source']}, {row['source_version']}",
        source_locator=row["source_locator"],
        licence=row["licence"],
    )


def _gwp_set(row: Row, confirmed_gwp: dict[tuple[str, Decimal], set[str]]) -> str:
    """AR5, but AR4 for the upstream of bioenergy; a refrigerant only where a published GWP table confirms it."""
    if row["level_1"] == "WTT- bioenergy":
        return "AR4"
    if row["domain"] != "refrigerant":
        return "AR5"
    sets = confirmed_gwp.get((slug(row["level_3"]), Decimal(row["value"])), set())
    return "AR5" if "AR5" in sets else ""


def _levels(row: Row) -> list[str]:
    """The publisher's levels that tell the activity; a level that only repeats the unit is none."""
    if row["domain"] in {"material", "waste"}:
        return [row["level_3"], row["level_4"] or row["variant"]]
    level_4 = "" if row["level_4"] == row["unit"].removeprefix("kg CO2e/") else row["level_4"]
    levels = [row["level_2"].removeprefix("WTT- "), row["level_3"], level_4, row["variant"]]
    return [level for level in levels if level]


def _activity_code(row: Row, qualifier: str) -> str:
    parts = [row["domain"], *_levels(row)]
    if qualifier.endswith("CV"):
        parts.append(qualifier)
    return "/".join(slug(part) for part in parts)


def _activity_name(row: Row) -> str:
    return " | ".join(dict.fromkeys([row["level_1"], row["level_2"], *_levels(row)]))
