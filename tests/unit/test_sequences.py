"""Missing numbers of a producer are told as exact ranges, whatever order and repetition they came in."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from emberlake.runtime.sequences import missing

NUMBERS = st.dictionaries(st.sampled_from(["till 1", "till 2", None]), st.lists(st.integers(0, 60), min_size=1, max_size=30))


@given(NUMBERS, st.randoms())
def test_ranges_are_what_lies_between(numbers: dict[str | None, list[int]], draw: object) -> None:
    rows = [(producer, number) for producer, own in numbers.items() for number in own]
    draw.shuffle(rows)  # type: ignore[attr-defined]
    table = pa.table({"_producer": pa.array([p for p, _ in rows], pa.string()), "_sequence": pa.array([n for _, n in rows], pa.int64())})
    found = {(producer, number) for producer, first, last in missing(table) for number in range(first, last + 1)}
    assert found == {(producer, number) for producer, own in numbers.items() for number in range(min(own), max(own)) if number not in own}


def test_a_table_without_rows_misses_nothing() -> None:
    assert list(missing(pa.table({"_producer": pa.array([], pa.string()), "_sequence": pa.array([], pa.int64())}))) == []
