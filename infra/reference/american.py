"""US EPA: emission factors hub, eGRID subregions, supply chain factors per dollar."""

from decimal import Decimal

from factor import Factor, LeftOut, Row, plain, slug

HUB_LEFT_OUT = {
    "heating_value": "a heating value, not an emission factor",
    "fuel": "mass of gas, needs GWP conversion",
    "fuel_mobile": "mass of gas, needs GWP conversion",
    "heat": "mass of gas, needs GWP conversion",
    "freight": "mass of gas, needs GWP conversion",
    "travel": "mass of gas, needs GWP conversion",
}


def hub(row: Row) -> Factor | LeftOut:
    """A row of the emission factors hub: waste treatment and refrigerant blends, which are published as CO2e."""
    if row["check"] == "suspect":
        return LeftOut("suspect as published (R-424A; passenger car and light-duty truck in tables 8 and 10)")
    if row["domain"] in HUB_LEFT_OUT:
        return LeftOut(HUB_LEFT_OUT[row["domain"]])
    is_waste = row["domain"] == "waste"
    treatment = [row["variant"]] if is_waste else []
    return Factor(
        factor_id=row["factor_id"],
        activity_code="/".join(slug(part) for part in [row["domain"], row["activity"], *treatment]),
        activity_name=" | ".join([row["activity"], row["variant"]]),
        geography_code=row["geography"],
        boundary=row["boundary"],
        published_value=plain(row["value"]),
        published_unit=row["unit"],
        amount_unit="t" if is_waste else "kg",
        per_unit="short_ton" if is_waste else "kg",
        per_unit_qualifier="",
        price_year="",
        co2e=plain(row["value"]),
        co2="",
        ch4="",
        n2o="",
        gwp_set=row["gwp_set"][:3],
        data_year="",
        valid_from_date=row["valid_from"],
        valid_to_date=row["valid_to"],
        published_date=row["published"],
        release="epa-hub-2024",
        source=f"{row['source']}, {row['source_version']}",
        source_locator=f"table {row['table'][1:]}, {row['source_row']}",
        licence=row["licence"],
    )


def egrid(row: Row, gwp: dict[str, Decimal]) -> Factor | LeftOut:
    """A subregion: gases are published in lb of gas per MWh; ``gwp`` (AR5) makes them lb of CO2e per MWh."""
    co2 = Decimal(row["co2_lb_per_mwh"])
    ch4 = Decimal(row["ch4_lb_per_mwh"]) * gwp["CH4"]
    n2o = Decimal(row["n2o_lb_per_mwh"]) * gwp["N2O"]
    total = co2 + ch4 + n2o
    if abs(total * Decimal("0.00045359237") - Decimal(row["value_kgco2e_per_kwh"])) > Decimal("0.000001"):
        raise ValueError(f"{row['factor_id']}: the gases do not add up to the total of the facts file")
    return Factor(
        factor_id=row["factor_id"],
        activity_code="electricity/grid-average",
        activity_name=f"Electricity, total output: {row['name']}",
        geography_code="US" if row["geography"] == "US Average" else f"US-EGRID-{row['geography']}",
        boundary="generation (direct)",
        published_value=plain(str(total)),
        published_unit="lb CO2e/MWh (sum of the published lb of gas/MWh at AR5 GWP100)",
        amount_unit="lb",
        per_unit="MWh",
        per_unit_qualifier="",
        price_year="",
        co2e=plain(str(total)),
        co2=plain(str(co2)),
        ch4=plain(str(ch4)),
        n2o=plain(str(n2o)),
        gwp_set=row["gwp_set"],
        data_year=row["data_year"],
        valid_from_date=row["valid_from"],
        valid_to_date=row["valid_to"],
        published_date=row["valid_from"],
        release="egrid-2022",
        source=row["source"],
        source_locator=f"table 6, {row['source_row']}",
        licence=row["licence"],
    )


def supply_chain(row: Row) -> Factor | LeftOut:
    """An industry, per US dollar of 2022 at purchaser price: with margins, which is what a buyer books.

    The facts give no day of publication beside ``valid_from``, which therefore stands for it.
    """
    return Factor(
        factor_id=row["factor_id"],
        activity_code=f"naics/{row['naics_2017']}",
        activity_name=row["naics_title"],
        geography_code=row["geography"],
        boundary="cradle-to-shelf (with margins)",
        published_value=plain(row["value_with_margins"]),
        published_unit=row["unit"],
        amount_unit="kg",
        per_unit=row["currency"],
        per_unit_qualifier="USD2022 purchaser price",
        price_year=row["price_year"],
        co2e=plain(row["value_with_margins"]),
        co2="",
        ch4="",
        n2o="",
        gwp_set=row["gwp_set"],
        data_year="2022",
        valid_from_date=row["valid_from"],
        valid_to_date=row["valid_to"],
        published_date=row["valid_from"],
        release="epa-sef-1.3.0",
        source=f"{row['source']} v1.3.0, DOI 10.23719/1531143",
        source_locator=f"NAICS 2017 {row['naics_2017']}, supply chain emission factors with margins",
        licence=row["licence"],
    )
