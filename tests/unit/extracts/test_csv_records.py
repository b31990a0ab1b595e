"""Single records of delimited text: their values, their problems, their numbers."""

from pathlib import Path

import pyarrow as pa
import pytest
from extract_files import THREE, bare, read, reading, written

from emberlake.runtime.extracts.dialect import Dialect
from emberlake.runtime.extracts.reading import inspect, records


@pytest.mark.parametrize("arrow", [True, False])
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("1,2,3\n4,5\n6,7,8,9\n0,0,0\n", [(2, 3, "has 2 fields where 3 are expected", "4,5"),
                                           (3, 4, "has 4 fields where 3 are expected", "6,7,8,9")]),
        ("1,2,3\n\n4,5,6\n\n\n", [(2, 3, "is an empty line", "")]),
        ("\r\n1,2,3\r\n", [(1, 2, "is an empty line", "")]),
        ("1,2,3\nx\n", [(2, 3, "has 1 field where 3 are expected", "x")]),
        ('1,"2"x,3\n4,5,6\n', [(1, 2, "has text after the closing quote of field 2", '1,"2"x,3')]),
        ('"Bolt" M6,2,3\n4,5,6\n', [(1, 2, "has text after the closing quote of field 1", '"Bolt" M6,2,3')]),
        ('1,"open,3\n4,"5",6\n7,8,9\n',
         [(1, 2, "has text after the closing quote of field 2", '1,"open,3\n4,"5",6')]),
    ],
)  # fmt: skip
def test_a_bad_record_says_what_is_wrong_and_shifts_nothing(tmp_path: Path, body: str, expected: list[tuple[int, int, str, str]], arrow: bool) -> None:
    path = written(tmp_path / "x.csv", "a,b,c\n" + body)
    with reading(arrow=arrow):
        rows = read(path, THREE)
    bad = [row for row in rows if row["_problem"]]
    assert [(row["_record"], row["_line"], row["_problem"], row["_raw"]) for row in bad] == expected
    assert all(values == (None,) * 3 for values in bare(bad))
    assert all(row["_raw"] is None and None not in bare([row])[0] for row in rows if row not in bad)
    assert inspect(path, THREE).record_count == len(rows)


def test_a_quote_inside_an_unquoted_field_is_text(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", 'a,b,c\nM6 x 1/2",2,3\n4,5" pipe "x,6\n')
    assert bare(read(path, THREE)) == [('M6 x 1/2"', "2", "3"), ("4", '5" pipe "x', "6")]


def test_a_long_bad_record_is_shortened_with_a_note(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", "a,b,c\n" + "z" * 12_345 + "\n")
    raw = read(path, THREE)[0]["_raw"]
    assert raw == "z" * 10_000 + " [cut here: the record has 12,345 characters]"


@pytest.mark.parametrize("arrow", [True, False])
def test_texts_without_value_are_null_with_quotes_or_without(tmp_path: Path, arrow: bool) -> None:
    path = written(tmp_path / "x.csv", 'a,b,c\n,"",NULL\n" x ", NULL ,N/A\n')
    with reading(arrow=arrow):
        exact = read(path, Dialect(("a", "b", "c"), null_text=("NULL", "N/A")))
        trimmed = read(path, Dialect(("a", "b", "c"), null_text=("NULL", "N/A"), trim=True))
    assert bare(exact) == [(None, None, None), (" x ", " NULL ", None)]
    assert bare(trimmed) == [(None, None, None), ("x", None, None)]


def test_batches_stay_small_and_numbers_run_on(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", "a,b,c\n" + "1,2,3\n" * 100_000 + "4,5\n" + "1,2,3\n" * 70_000)
    batches = list(records(path, THREE))
    assert max(batch.num_rows for batch in batches) <= 65_536
    table = pa.Table.from_batches(batches)
    assert table["_record"].to_pylist() == list(range(1, 170_002))
    assert table["_line"].to_pylist() == list(range(2, 170_003))
    assert table["_problem"].drop_null().to_pylist() == ["has 2 fields where 3 are expected"]
    assert table["a"].null_count == 1
    assert table["_problem"][100_000].is_valid
    assert table.schema == THREE.schema
