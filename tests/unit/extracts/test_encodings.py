"""Encodings: what a file that is written in another one than its contract says is told."""

from pathlib import Path

import pytest
from extract_files import THREE, bare, read, reading, refusal, written

from emberlake.runtime.extracts.dialect import Dialect
from emberlake.runtime.extracts.reading import inspect
from emberlake.runtime.extracts.refusal import UnreadableExtract

TEXT = "a,b,c\n1,Müller,3\n"


@pytest.mark.parametrize("block", [1, 4 << 20])
@pytest.mark.parametrize(
    ("declared", "written_in", "advice"),
    [
        ("utf-16", "utf-16-le", "looks like utf-16-le: set `encoding: utf-16-le`"),
        ("utf-16", "utf-16-be", "looks like utf-16-be: set `encoding: utf-16-be`"),
        ("UTF_16", "utf-8", "The whole file would decode as UTF-8: set `encoding: utf-8`"),
        ("utf-16", "cp1252", "The whole file would decode as Windows-1252"),
        ("utf-32", "utf-32-le", "looks like utf-32-le"),
        ("utf-32", "utf-32-be", "looks like utf-32-be"),
    ],
)
def test_a_missing_byte_order_mark_is_told_to_the_owner(tmp_path: Path, declared: str, written_in: str, advice: str, block: int) -> None:
    path, dialect = written(tmp_path / "x.csv", TEXT.encode(written_in)), Dialect(THREE.columns, encoding=declared)
    with reading(block):
        message = refusal(path, dialect)
        assert message.startswith(f"x.csv is declared as {declared} but lacks the byte order mark")
        assert advice in message
        with pytest.raises(UnreadableExtract, match="lacks the byte order mark"):
            read(path, dialect)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-le", "utf-16-be", "utf-32-be"])
@pytest.mark.parametrize("block", [1, 4 << 20])
def test_a_byte_order_mark_or_an_order_in_the_contract_suffices(tmp_path: Path, encoding: str, block: int) -> None:
    path, dialect = written(tmp_path / "x.csv", TEXT.encode(encoding)), Dialect(THREE.columns, encoding=encoding)
    with reading(block):
        assert bare(read(path, dialect)) == [("1", "Müller", "3")]
        assert inspect(path, dialect).record_count == 1


@pytest.mark.parametrize("file_format", ["csv", "json"])
def test_half_a_surrogate_pair_is_told_with_its_line(tmp_path: Path, file_format: str) -> None:
    path = written(tmp_path / "x.csv", b"a,b,c\n1,2,3\n4,+2AA-,6\n")
    dialect = Dialect(THREE.columns, file_format, encoding="utf-7")  # type: ignore[arg-type]
    for block in (5, 4 << 20):
        with reading(block):
            assert "holds half a surrogate pair in line 3" in refusal(path, dialect)


def test_a_nul_character_behind_a_byte_order_mark_is_told_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", b"\xef\xbb\xbfa,b,c\n1,2,\0\n\n\n")
    assert "NUL character in line 2" in refusal(path, Dialect(THREE.columns, encoding="utf_8_sig"))
