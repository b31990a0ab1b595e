-- Activities, the factor chosen for each distinct question, emissions gas by gas, and the inventory.

create table receipt_day as select distinct source_system, material_group_code, posting_date
    from '$target/silver/goods_receipt_*.parquet' where outcome = 'written';
-- The decision in force on a day; the latest to begin where several are.
create table decided as
    select source_system, receipt_day.material_group_code, posting_date, method, activity_code, factor_mapping_id
    from receipt_day join '$target/silver/factor_mapping.parquet' as mapping
        on mapped_source_system = source_system and mapping.material_group_code = receipt_day.material_group_code
            and posting_date >= valid_from_date and (valid_to_date is null or posting_date <= valid_to_date)
    qualify row_number() over (partition by source_system, receipt_day.material_group_code, posting_date
        order by valid_from_date desc, valid_to_date desc nulls last, factor_mapping_id desc) = 1;

copy (
    select 'rivetwerk' as organisation_id, '3.1:' || goods_receipt_id as activity_id, goods_receipt_id, source_system, '3' as scope,
        '1' as category_code, 'Purchased goods and services' as category_name, method, period, posting_date as activity_date, plant_id, plant_name,
        supplier_country_code as geography_code, supplier_id, supplier_name, material_id, material_name, material_group_code, activity_code,
        factor_mapping_id, if(method = 'average-data', mass_kg, if(method = 'spend-based', spend_usd, null)) as activity_quantity,
        if(method = 'average-data', 'kg', if(method = 'spend-based', 'USD', null)) as activity_unit_code, mass_kg, spend_eur,
        case when method is null then 'no_mapping' when method = 'average-data' and mass_kg is null then 'no_mass' end as reason
    from '$target/silver/goods_receipt_*.parquet' left join decided using (source_system, material_group_code, posting_date)
    where outcome = 'written'
) to '$target/gold/activity.parquet';

create table question as
    select method, activity_code, activity_unit_code, geography_code, activity_date, count(*) as activity_count,
        concat_ws('|', 'rivetwerk', method, activity_code, activity_unit_code, geography_code, activity_date) as factor_choice_id
    from '$target/gold/activity.parquet' where reason is null group by all;
create table candidate as
    with paired as (
        select question.*, factor_id, valid_to_date, per_unit_code <> activity_unit_code as wrong_unit, activity_date < valid_from_date as not_yet,
            coalesce(activity_date > valid_to_date, false) as expired, factor.geography_code as factor_place,
            factor.geography_code <> question.geography_code as other_place, coalesce(price_year <> year(activity_date), false) as other_price_year
        from question join '$target/silver/emission_factor.parquet' as factor using (activity_code) where is_lead_gas
    ), allowed as (
        select *, other_place or expired or other_price_year as needs_policy, (
            select min(factor_policy_id) from '$target/silver/factor_policy.parquet' as policy
            where policy.method = paired.method and factor_geography_code = factor_place and activity_geography_code in ('*', geography_code)
                and activity_date >= valid_from_date and (policy.valid_to_date is null or activity_date <= policy.valid_to_date)
                and (not other_place or allows_other_place) and (not expired or allows_other_year) and (not other_price_year or allows_other_price_year)
        ) as policy
        from paired
    ), refused as (
        select *, case when wrong_unit then 'unit_mismatch' when not_yet then 'not_yet_valid' when needs_policy and policy is null and expired then 'expired'
            when needs_policy and policy is null and other_place then 'other_place' when needs_policy and policy is null then 'other_price_year' end as refusal
        from allowed
    ), ranked as (
        select *, if(refusal is null, rank() over (partition by factor_choice_id, refusal is null
            order by needs_policy, expired, if(expired, valid_to_date, null) desc), null) as place
        from refused
    )
    select *, count(*) filter (place = 1) over (partition by factor_choice_id) as best_count,
        case when refusal is not null then refusal when place > 1 then 'fits_less_well' when best_count > 1 then 'ambiguous' end as told
    from ranked;

copy (
    select 'rivetwerk' as organisation_id, question.*, factor_id, factor_policy_id, coalesce(rejected_candidates, []) as rejected_candidates,
        if(factor_id is null, coalesce(reason, 'no_factor'), null) as reason
    from question left join (
        select factor_choice_id, max(factor_id) filter (told is null) as factor_id,
            max(if(needs_policy, policy, null)) filter (told is null) as factor_policy_id,
            list({'factor_id': factor_id, 'reason': told} order by factor_id) filter (told is not null) as rejected_candidates,
            arg_min(told, list_position(['ambiguous', 'other_price_year', 'other_place', 'expired', 'not_yet_valid', 'unit_mismatch'], told))
                filter (told is not null and told <> 'fits_less_well') as reason
        from candidate group by factor_choice_id
    ) as answer using (factor_choice_id)
) to '$target/gold/factor_choice.parquet';

copy (
    select activity.organisation_id, concat_ws('|', activity_id, coalesce(factor.gas, 'CO2e'), 'single') as emission_id, activity_id, source_system, scope,
        category_code, category_name, activity.method, 'single' as basis, coalesce(factor.gas, 'CO2e') as gas, period, activity.activity_date, plant_id,
        plant_name, supplier_id, supplier_name, material_id, material_name, activity_quantity, activity.activity_unit_code, mass_kg, spend_eur,
        factor_choice_id, choice.factor_id, factor_policy_id, release as factor_release, boundary as factor_boundary,
        kgco2e_per_unit as factor_kgco2e_per_unit, gwp_set,
        case activity.method when 'average-data' then '1.4' when 'spend-based' then '1.5' end as formula,
        emission_of(activity_quantity, kgco2e_per_unit) as kgco2e, coalesce(activity.reason, choice.reason) as reason,
        coalesce(is_lead_gas, true) as counts_activity
    from '$target/gold/activity.parquet' as activity
        left join '$target/gold/factor_choice.parquet' as choice
            on choice.method = if(activity.reason is null, activity.method, null) and choice.activity_code = activity.activity_code
            and choice.activity_unit_code = activity.activity_unit_code and choice.geography_code = activity.geography_code
            and choice.activity_date = activity.activity_date
        left join '$target/silver/emission_factor.parquet' as factor on factor.factor_id = choice.factor_id
) to '$target/gold/emission.parquet';

copy (
    select *, percent(covered_activity_count, activity_count) as coverage_rows_pct, percent(covered_mass_kg, mass_kg) as coverage_mass_pct,
        percent(covered_spend_eur, spend_eur) as coverage_spend_pct
    from (
        select organisation_id, period, scope, category_code, coalesce(method, 'unmapped') as method, basis, plant_id,
            max(category_name) as category_name, max(plant_name) as plant_name, sum(kgco2e) as kgco2e,
            count(*) filter (counts_activity) as activity_count, count(*) filter (counts_activity and kgco2e is not null) as covered_activity_count,
            coalesce(sum(mass_kg) filter (counts_activity), 0) as mass_kg,
            coalesce(sum(mass_kg) filter (counts_activity and kgco2e is not null), 0) as covered_mass_kg,
            coalesce(sum(spend_eur) filter (counts_activity), 0) as spend_eur,
            coalesce(sum(spend_eur) filter (counts_activity and kgco2e is not null), 0) as covered_spend_eur,
            array_to_string(list_sort(list(distinct reason) filter (counts_activity and reason is not null)), ', ') as reasons
        from '$target/gold/emission.parquet' group by all
    )
) to '$target/gold/inventory.parquet';
