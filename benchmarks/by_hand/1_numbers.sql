-- What a number and a date look like in each system, and exact arithmetic. DuckDB divides decimals as doubles, so a quotient is
-- taken in whole numbers; it refuses a product whose digits do not fit its operands, so operands are cast to what they need.

create macro german(written, digits) as
    if(regexp_full_match(written, '[+-]?((\d+|\d{1,3}(\.\d{3})+)(,\d{0,' || digits || '}0*)?|,\d{1,' || digits || '}0*)'),
       replace(replace(written, '.', ''), ',', '.'), null);
create macro sap(written, digits) as
    if(regexp_full_match(written, '(\d+(\.\d{0,' || digits || '}0*)?|\.\d{1,' || digits || '}0*)-?'),
       if(ends_with(written, '-'), '-' || left(written, -1), written), null);
create macro whole(written) as if(regexp_full_match(written, '[+-]?\d+'), try_cast(written as int), null);
create macro day(written, pattern) as cast(try_strptime(written, pattern) as date);

-- A quantity (18,6) times a ratio (19,12), half-up at 6 digits; the same at 12 digits for emissions.
create macro times(quantity, ratio) as
    cast(round(cast(quantity as decimal(18, 6)) * cast(ratio as decimal(19, 12)), 6) as decimal(18, 6));
create macro emission_of(quantity, factor) as
    cast(round(cast(quantity as decimal(18, 6)) * cast(factor as decimal(19, 12)), 12) as decimal(28, 12));

-- Euro of cents at a rate in billionths: long division to 13 digits, half-up, and of these 6, half-up. Whole numbers of 64 bits are
-- enough (and checked by DuckDB) below nine billion euro, and many times as fast as those of 128.
create macro whole_euro(cents, rate) as cents * 10000000 // rate;
create macro euro_rest(cents, rate) as cents * 10000000 % rate;
create macro thirteen_digits(rest, rate) as
    rest * 1000000 // rate * 10000000 + (2 * (rest * 1000000 % rate) * 10000000 + rate) // (2 * rate);
create macro micro_euro(cents, rate) as
    whole_euro(cents, rate) * 1000000 + (thirteen_digits(euro_rest(cents, rate), rate) + 5000000) // 10000000;
create macro in_euro(amount, rate) as
    cast(sign(amount) * micro_euro(cast(abs(amount) * 100 as bigint), rate) as decimal(18, 0)) * cast(0.000001 as decimal(7, 6));
-- part / total of whole numbers that are not negative, half-up.
create macro quotient(part, total) as (2 * part + total) // (2 * total);
-- Share in per cent, half-up at 4 digits; null where there is no whole.
create macro percent(part, total) as if(total = 0, null, cast(sign(part) * sign(total) * cast(
    quotient(cast(cast(abs(part) as decimal(34, 6)) * 1000000 as hugeint) * 1000000, cast(cast(abs(total) as decimal(34, 6)) * 1000000 as hugeint))
    as decimal(18, 0)) * cast(0.0001 as decimal(5, 4)) as decimal(9, 4)));
