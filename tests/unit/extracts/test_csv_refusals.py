"""Delimited files that cannot become records: refused as a whole, in plain words."""

import codecs
import gzip
import re
from pathlib import Path

import pytest
from extract_files import THREE, read, reading, refusal, written

from emberlake.runtime.extracts.dialect import Dialect
from emberlake.runtime.extracts.refusal import UnreadableExtract

A, B = b"a,b,c\n", b"1,2,3\n"


@pytest.mark.parametrize(
    ("content", "dialect", "message"),
    [
        (b"", THREE, r"x\.csv is empty \(0 bytes\)"),
        (codecs.BOM_UTF8, THREE, "lacks the columns 'a', 'b', 'c'"),
        (b"\n\n\r\n", Dialect(("a", "b"), header=False), "nothing but line ends"),
        (A + B + b"4,5", THREE, r"ends in the middle of record 2 \(line 3\): it has 2 fields of 3"),
        (A + B + b'4,5,"x\ny', THREE, r"ends in the middle of record 2 \(line 3\): a quote opened in it is never"),
        (A + b'1,2"x,3\n4,"5,6\n7,8,9\n', THREE, r"ends in the middle of record 2 \(line 3\): a quote"),
        (b"a,b\n1,2\n", THREE, "lacks the columns 'c'"),
        (b"a,b,c,d\n", THREE, "has besides the columns 'd'"),
        (b"a,b,c,c\n", THREE, "has twice the columns 'c'"),
        (b"Werk,Menge\n", Dialect(("Werk", "menge")), "'Menge' looks like 'menge'"),
        (b"Werk,Mengen_kg\n", Dialect(("Werk", "Menge_kg")), "'Mengen_kg' looks like 'Menge_kg'"),
        (b'a,"b"x,c\n', THREE, "has a header that has text after the closing quote of field 2"),
        (b'a,"b', THREE, "middle of its header"),
        (A + b"1,M\xfcller,3\n", THREE, r"byte offset 9, line 2, bytes FC.*decode as Windows-1252.*cp1252"),
        (A + "1,Müller,3\n".encode(), Dialect(("a", "b", "c"), encoding="ascii"), "decode as UTF-8"),
        (A + "1,Müller,3\n".encode(), Dialect(("a", "b", "c"), encoding="cp1252"), "is valid UTF-8.*garbled"),
        (A + b"1,\x81\xfc,3\n", Dialect(("a", "b", "c"), encoding="cp1252"), "bytes 81.*neither as UTF-8 nor as Win"),
        (A + "1,2,ü".encode()[:-1], THREE, "ends in the middle of a character; byte offset 10, line 2, bytes C3"),
        ((A + B).decode().encode("utf-16")[:-1], Dialect(("a", "b", "c"), encoding="utf-16"), "middle of a character"),
        (codecs.BOM_UTF8 + A, Dialect(("a", "b", "c"), encoding="cp1252"), "byte order mark of utf-8, but .* cp1252"),
        (A.decode().encode("utf-16"), THREE, "byte order mark of utf-16-le, but its contract says utf-8"),
        (A.decode().encode("utf-16-le"), THREE, "NUL character in line 1.*UTF-16"),
        (A + B + b"4,\0,6\n", THREE, "NUL character in line 3"),
        (gzip.compress(A + B, mtime=0), THREE, "is a gzip file; unpack it"),
        (b"PK\x03\x04xl/workbook", THREE, "zip archive or an Excel workbook"),
        (b"PAR1....", THREE, "is a Parquet file"),
        (b"a+|b&|\n1+|2&|\n3+|4", Dialect(("a", "b"), delimiter="+|", quote=None, row_terminator="&|\n"),
         r"middle of record 2 \(line 3\): the row terminator '&\|\\n' is missing"),
        (b"a;b\r\n1;2\r", Dialect(("a", "b"), delimiter=";", row_terminator="\r\n"), r"middle of record 1 \(line 2\)"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_become_records_is_refused_in_plain_words(tmp_path: Path, content: bytes, dialect: Dialect, message: str) -> None:
    path = written(tmp_path / "x.csv", content)
    for block in (2, 4 << 20):
        with reading(block):
            assert re.search(message, refusal(path, dialect))
    if "garbled" not in message:
        with pytest.raises(UnreadableExtract, match=message):
            read(path, dialect)


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"a,b,c\n1,2,3\n4," + b"x" * (10 << 20) + b",6\n", r"record 2 \(line 3\)"),
        (b"a,b,c\n1,2,3\n4," + b"x" * (1 << 20) + b",6\n7,8,9\n", r"record 2 \(line 3\)"),
        (b'a,b,c\n1,2,3\n4,"' + b"x,y,z\n" * 1_000_000, r"record 2 \(line 3\)"),
        (b'a,b,c\n1,2"",3\n4,"' + b"x,y,z\n" * 1_000_000, r"record 2 \(line 3\)"),
        (b"a," * 1_000_000 + b"\n1,2,3\n", "the header"),
    ],
)
def test_a_record_beyond_all_measure_is_refused_at_once(tmp_path: Path, content: bytes, where: str) -> None:
    path = written(tmp_path / "x.csv", content)
    assert re.search(f"more than 1 MiB in {where}", refusal(path, THREE))


def test_very_many_additional_columns_are_named_in_a_short_message(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", ",".join(f"c{at}" for at in range(100_000)) + "\n")
    message = refusal(path, THREE)
    assert "and 99,990 more" in message
    assert len(message) < 1_000
