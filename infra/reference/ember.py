"""Ember's yearly carbon intensity of electricity, life-cycle and production-based."""

from factor import Factor, LeftOut, Row, plain

PUBLISHED = "2026-04-29"


def electricity(row: Row) -> Factor | LeftOut:
    """A country and year. The publisher does not say which GWP set the life-cycle figures rest on: `unstated`."""
    if row["confidence"] != "high":
        return LeftOut("latest year, provisional: confidence below high")
    if row["source_version"] != f"OWID vintage {PUBLISHED}":
        raise ValueError(f"{row['factor_id']}: another vintage than {PUBLISHED} needs a file of its own")
    return Factor(
        factor_id=row["factor_id"],
        activity_code="electricity/grid-average",
        activity_name=f"Electricity, life-cycle carbon intensity: {row['geography_name']}",
        geography_code=row["geography"],
        boundary="life-cycle, production-based",
        published_value=plain(row["value"]),
        published_unit=row["unit"],
        amount_unit="kg",
        per_unit="kWh",
        per_unit_qualifier="",
        price_year="",
        co2e=plain(row["value"]),
        co2="",
        ch4="",
        n2o="",
        gwp_set="unstated",
        data_year=row["data_year"],
        valid_from_date=row["valid_from"],
        valid_to_date=row["valid_to"],
        published_date=PUBLISHED,
        release=f"ember-{PUBLISHED}",
        source="Ember yearly electricity data via Our World in Data, carbon intensity of electricity",
        source_locator=f"carbon-intensity-electricity, {row['geography_name']} {row['data_year']}",
        licence=row["licence"],
    )
