-- Units, rates, factors, decisions and masters. Of several records of a key the last stands; the row number in bronze is the order of arrival.

copy (
    select unit_set, unit_code, unit_name, dimension, cast(base_per_unit as decimal(19, 12)) as base_per_unit
    from '$target/bronze/unit.parquet' join (values
        ('kg', 'mass', 1), ('t', 'mass', 1000), ('g', 'mass', 0.001), ('mg', 'mass', 0.000001), ('lb', 'mass', 0.45359237),
        ('oz', 'mass', 0.028349523125), ('piece', 'count', 1), ('2 * piece', 'count', 2), ('12 * piece', 'count', 12),
        ('144 * piece', 'count', 144), ('1000 * piece', 'count', 1000), ('pack', 'package', 1), ('l', 'volume', 0.001),
        ('ml', 'volume', 0.000001), ('hl', 'volume', 0.1), ('m3', 'volume', 1), ('m2', 'area', 1), ('m', 'length', 1),
        ('cm', 'length', 0.01), ('mm', 'length', 0.001), ('km', 'length', 1000), ('kWh', 'energy', 1), ('MWh', 'energy', 1000),
        ('MJ', 'energy', 0.277777777778), ('h', 'time', 1), ('min', 'time', 0.016666666667), ('d', 'time', 24)
    ) as meaning (unit_expression, dimension, base_per_unit) using (unit_expression)
    where unit_set in ('kontor', 'sap')
) to '$target/silver/unit.parquet';

copy (
    select from_currency_code, to_currency_code, published_date, unnest(generate_series(published_date, last_day, interval 1 day))::date as rate_date, rate
    from (
        select from_currency_code, to_currency_code, cast(rate_date as date) as published_date, cast(rate as decimal(18, 9)) as rate,
            greatest(published_date, least(coalesce(lead(published_date) over (partition by from_currency_code, to_currency_code order by published_date)
                - 1, published_date + 7), published_date + 7)) as last_day
        from '$target/bronze/exchange_rate.parquet'
    )
) to '$target/silver/exchange_rate.parquet';

-- Factors for what the company's mapping names: kg CO2e per kg or per dollar. A split into gases counts where it sums to the total.
copy (
    with named as (
        select factor_id, activity_code, geography_code, release, boundary, gwp_set, cast(price_year as int) as price_year,
            cast(valid_from_date as date) as valid_from_date, cast(valid_to_date as date) as valid_to_date, per_unit_qualifier,
            if(per_unit = 't', 'kg', per_unit) as per_unit_code, if(per_unit = 't', 0.001, 1) as per_base,
            cast(co2e as decimal(18, 9)) as co2e, cast(co2 as decimal(18, 9)) as co2, cast(ch4 as decimal(18, 9)) as ch4, cast(n2o as decimal(18, 9)) as n2o
        from '$target/bronze/emission_factor.parquet'
        where amount_unit = 'kg' and per_unit in ('kg', 't', 'USD')
            and activity_code in (select activity_code from '$target/bronze/factor_mapping.parquet')
    ), parts as (
        select *, unnest(if(coalesce(abs(co2 + ch4 + n2o - co2e) <= 0.00002, false),
            [{'gas': 'CO2', 'amount': co2}, {'gas': 'CH4', 'amount': ch4}, {'gas': 'N2O', 'amount': n2o}], [{'gas': 'CO2e', 'amount': co2e}])) as part
        from named
        window siblings as (partition by activity_code, geography_code, boundary, per_unit_qualifier, price_year, valid_from_date, valid_to_date,
            release, per_unit_code)
        qualify (max(co2e * per_base) over siblings - min(co2e * per_base) over siblings) * 100 <= max(co2e * per_base) over siblings
    )
    select factor_id, part.gas as gas, activity_code, geography_code, per_unit_code, price_year, valid_from_date, valid_to_date, release, boundary,
        gwp_set, cast(round(part.amount * cast(per_base as decimal(4, 3)), 12) as decimal(19, 12)) as kgco2e_per_unit,
        part.gas in ('CO2', 'CO2e') as is_lead_gas
    from parts
) to '$target/silver/emission_factor.parquet';

copy (select * replace (cast(valid_from_date as date) as valid_from_date, cast(valid_to_date as date) as valid_to_date)
    from '$target/bronze/factor_mapping.parquet') to '$target/silver/factor_mapping.parquet';
copy (select * replace (cast(valid_from_date as date) as valid_from_date, cast(valid_to_date as date) as valid_to_date,
        allows_other_place = 'true' as allows_other_place, allows_other_year = 'true' as allows_other_year,
        allows_other_price_year = 'true' as allows_other_price_year)
    from '$target/bronze/factor_policy.parquet') to '$target/silver/factor_policy.parquet';

create view masters_of_suppliers as
    select 'kontor:' || lieferanten_nr as supplier_id, name as supplier_name, land as country_code, file_row_number as arrival
    from read_parquet('$target/bronze/kontor_lieferant.parquet', file_row_number = true)
    union all
    select 'sap:' || lifnr, name1, land1, file_row_number from read_parquet('$target/bronze/sap_lfa1.parquet', file_row_number = true);
copy (from masters_of_suppliers where regexp_full_match(country_code, '[A-Z]{2}')
    qualify row_number() over (partition by supplier_id order by arrival desc) = 1) to '$target/silver/supplier.parquet';

create view masters_of_materials as
    select 'kontor:' || artikel_nr as material_id, bezeichnung as material_name, warengruppe as material_group_code,
        gewicht_kg_je_stueck as mass_kg_per_piece, file_row_number as arrival
    from read_parquet('$target/bronze/kontor_artikel.parquet', file_row_number = true)
    union all
    select 'sap:' || matnr, maktx, matkl, if(mara.meins = 'ST' and ntgew > 0, cast(round(ntgew * base_per_unit, 9) as decimal(18, 9)), null),
        mara.file_row_number
    from read_parquet('$target/bronze/sap_mara.parquet', file_row_number = true) as mara
        left join '$target/silver/unit.parquet' as unit on unit_code = gewei and unit_set = 'sap' and dimension = 'mass';
copy (from masters_of_materials where coalesce(mass_kg_per_piece >= 0, true)
    qualify row_number() over (partition by material_id order by arrival desc) = 1) to '$target/silver/material.parquet';

copy (
    select 'kontor:' || werk_nr as plant_id, bezeichnung as plant_name, land as country_code from '$target/bronze/kontor_werk.parquet'
    union all select 'sap:' || werks, name1, land1 from '$target/bronze/sap_t001w.parquet'
) to '$target/silver/plant.parquet';
