-- Receipts of both systems in one shape. Every line keeps its outcome: written, excluded, quarantined, or merged into a later delivery of
-- the same line.

create table rate as select to_currency_code as currency_code, rate_date as posting_date, rate, published_date,
        cast(cast(rate as decimal(28, 9)) * 1000000000 as bigint) as billionths
    from '$target/silver/exchange_rate.parquet' where from_currency_code = 'EUR';
create table dollar as select posting_date, rate as usd_per_euro, published_date as usd_published_date from rate where currency_code = 'USD';
create table taken_back as select distinct mandt, smbln as mblnr, sjahr as mjahr, smblp as zeile
    from '$target/bronze/sap_mseg.parquet' where is_whole and bwart = '102';
create table ordered as select mandt, ebeln, any_value(lifnr) as order_lifnr from '$target/bronze/sap_ekko.parquet' group by all;

create macro kontor_lines(lines) as table
    select 'kontor' as source_system, 'kontor:' || belegnummer || '/' || "position" as goods_receipt_id, buchungsdatum as posting_date,
        year(buchungsdatum) as fiscal_year, month(buchungsdatum) as fiscal_period, 'kontor:' || werk_nr as plant_id,
        'kontor:' || lieferanten_nr as supplier_id, 'kontor:' || artikel_nr as material_id, cast(menge as decimal(18, 6)) as quantity,
        einheit as unit_code, nettowert as net_amount, waehrung as currency_code, storno is not distinct from 'X' as is_excluded, arrival
    from query_table(lines) where is_whole;
create macro sap_lines(lines) as table
    select 'sap' as source_system, 'sap:' || mblnr || '/' || mjahr || '/' || zeile as goods_receipt_id, budat_mkpf as posting_date,
        gjahr as fiscal_year, monat as fiscal_period, 'sap:' || werks as plant_id, 'sap:' || coalesce(lifnr, order_lifnr) as supplier_id,
        'sap:' || matnr as material_id, cast(if(shkzg = 'H', -menge, menge) as decimal(18, 6)) as quantity, meins as unit_code,
        cast(if(shkzg = 'H', -abs(dmbtr), abs(dmbtr)) as decimal(18, 2)) as net_amount, waers as currency_code,
        bwart not in ('101', '122') or reversed.mblnr is not null as is_excluded, arrival
    from query_table(lines) left join ordered using (mandt, ebeln) left join taken_back as reversed using (mandt, mblnr, mjahr, zeile)
    where is_whole;

-- Names beside ids, mass beside quantity, euro and dollar beside the invoice's currency; then what becomes of the line.
create macro completed(lines) as table
    with joined as (
        select lines.*, source_system as unit_set, 'reference' as rate_source_system, strftime(posting_date, '%Y-%m') as period, plant_name,
            plant.country_code as plant_country_code, supplier_name,
            supplier.country_code as supplier_country_code, material_name, material_group_code, mass_kg_per_piece, dimension,
            times(quantity, base_per_unit) as base, if(currency_code = 'EUR', cast(net_amount as decimal(18, 6)), in_euro(net_amount, billionths)) as spend_eur,
            usd_per_euro, if(currency_code = 'EUR', usd_published_date, published_date) as rate_published_date
        from query_table(lines) as lines
            left join '$target/silver/plant.parquet' as plant using (plant_id)
            left join '$target/silver/supplier.parquet' as supplier using (supplier_id)
            left join '$target/silver/material.parquet' as material using (material_id)
            left join '$target/silver/unit.parquet' as unit on unit.unit_set = source_system and unit.unit_code = lines.unit_code
            left join rate using (currency_code, posting_date)
            left join dollar using (posting_date)
    ), valued as (
        select * exclude (base, mass_kg_per_piece, usd_per_euro),
            if(dimension = 'mass', base, if(dimension = 'count', times(base, mass_kg_per_piece), null)) as mass_kg,
            if(currency_code = 'USD', cast(net_amount as decimal(18, 6)),
                cast(round(spend_eur * cast(usd_per_euro as decimal(19, 9)), 6) as decimal(18, 6))) as spend_usd,
        from joined
    )
    select *, case when is_excluded then 'excluded'
        when plant_name is null or supplier_name is null or material_name is null or dimension is null or spend_eur is null or spend_usd is null
            or quantity = 0 then 'quarantined' else 'written' end as judged
    from valued;

-- A line that came more than once is found by its key alone; only such lines are ranked.
create view kontor_bronze as select *, file_row_number as arrival from read_parquet('$target/bronze/kontor_wareneingang.parquet', file_row_number = true);
create view sap_bronze as select *, file_row_number as arrival from read_parquet('$target/bronze/sap_mseg.parquet', file_row_number = true);
create table kontor_twice as from kontor_bronze where is_whole
    and (belegnummer, "position") in (select (belegnummer, "position") from kontor_bronze where is_whole group by all having count(*) > 1);
create table sap_twice as from sap_bronze where is_whole
    and (mblnr, mjahr, zeile) in (select (mblnr, mjahr, zeile) from sap_bronze where is_whole group by all having count(*) > 1);
create view kontor_read as from kontor_lines('kontor_bronze');
create view sap_read as from sap_lines('sap_bronze');
create view kontor_read_twice as from kontor_lines('kontor_twice');
create view sap_read_twice as from sap_lines('sap_twice');
create table given_way as
    select source_system, arrival from (from completed('kontor_read_twice') union all from completed('sap_read_twice'))
    where judged = 'written' qualify row_number() over (partition by goods_receipt_id order by arrival desc) > 1;

copy (select * exclude (is_excluded, judged, given_way), if(given_way is null, judged, 'merged') as outcome
    from completed('kontor_read') left join (select arrival, true as given_way from given_way where source_system = 'kontor') using (arrival))
    to '$target/silver/goods_receipt_kontor.parquet';
copy (select * exclude (is_excluded, judged, given_way), if(given_way is null, judged, 'merged') as outcome
    from completed('sap_read') left join (select arrival, true as given_way from given_way where source_system = 'sap') using (arrival))
    to '$target/silver/goods_receipt_sap.parquet';
