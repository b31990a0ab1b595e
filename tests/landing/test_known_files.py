"""Files that come again: the same bytes, the same bytes under another name, other bytes under the same name; and corrections."""

import json
from pathlib import Path

import pytest

from emberlake.errors import EmberlakeError
from emberlake.runtime.fixes import fix
from emberlake.runtime.in_force import superseded_files
from emberlake.runtime.sources import new_files
from runtime.shops import END_OF_WERK, TOWN, WERK, Shop

SOUTH, NORTH = "1;Halle Süd;DE", "2;Halle Nord;DE"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def waiting(shop: Shop) -> list[str]:
    """Names of the files that the next build of bronze takes in."""
    return [row["file_name"] for row in new_files(shop.lakehouse, shop.lakehouse.contract("bronze.kontor_werk"))]


def row_id(shop: Shop, record: int) -> str:
    """A record of the only extract that has landed."""
    (extract,) = shop.lakehouse.books.read("landing", kind="extract")
    return f"{extract['file_hash']}:{record}"


def test_the_same_file_twice_is_a_no_op(shop: Shop) -> None:
    shop.works("1", SOUTH)
    (first,) = shop.land().landed
    assert (first["record_count"], first["line_count"], first["delivery"], first["encoding"]) == (1, 2, "full", "windows-1252")
    before = shop.files()
    again = shop.land()
    assert (again.landed, again.refused, again.known_count) == ((), (), 1)
    assert shop.files() == before


def test_the_same_bytes_later_under_another_name_are_a_no_op(shop: Shop) -> None:
    shop.works("1", SOUTH)
    shop.land()
    shop.works("1 copy", SOUTH)
    again = shop.land()
    assert (again.landed, again.refused, again.known_count) == ((), (), 2)
    assert waiting(shop) == ["kontor/werk_1.csv"]


def test_the_same_bytes_at_once_under_two_names_land_once(shop: Shop) -> None:
    shop.works("1", SOUTH)
    shop.works("1 copy", SOUTH)
    shop.land()
    assert len(waiting(shop)) == 1


def test_a_changed_file_under_the_same_name_is_said_and_both_are_kept(shop: Shop) -> None:
    shop.works("1", SOUTH)
    (first,) = shop.land().landed
    shop.works("1", SOUTH, NORTH)
    (second,) = shop.land().landed
    assert second["message"].startswith(
        f"the file changed: it was {first['file_hash'][:12]} when it landed at {first['landed_at']:%Y-%m-%d %H:%M}; both are kept"
    )
    kept = [(shop.folder / "lakehouse" / row["archive_name"]).read_text("windows-1252").count("\n") for row in (first, second)]
    assert kept == [2, 3]
    assert waiting(shop) == ["kontor/werk_1.csv", "kontor/werk_1.csv"]
    assert superseded_files(shop.lakehouse, shop.lakehouse.contract("bronze.kontor_werk")) == [first["file_hash"]]


def test_a_changed_full_delivery_is_said_to_stand_for_the_whole(shop: Shop) -> None:
    shop.works("1", SOUTH, NORTH)
    shop.land()
    shop.works("1", SOUTH)
    (second,) = shop.land().landed
    assert "the later rows of a key win" not in second["message"]


def test_a_file_mended_after_it_was_refused_is_not_said_to_have_landed_before(shop: Shop) -> None:
    shop.works("1", "1;Halle Süd;DE;Hagen", head="WerkNr;Bezeichnung;Land;Ort")
    assert len(shop.land().refused) == 1
    shop.works("1", SOUTH)
    (landed,) = shop.land().landed
    assert "both are kept" not in (landed.get("message") or "")


def test_a_full_delivery_that_goes_back_to_an_earlier_state_is_the_one_in_force(shop: Shop) -> None:
    shop.works("1", SOUTH)
    (first,) = shop.land().landed
    shop.works("1", SOUTH, NORTH)
    (second,) = shop.land().landed
    shop.works("1", SOUTH)
    shop.land()
    superseded = superseded_files(shop.lakehouse, shop.lakehouse.contract("bronze.kontor_werk"))
    assert (first["file_hash"] in superseded, second["file_hash"] in superseded) == (False, True)


def test_a_full_delivery_under_a_new_name_may_go_back_to_an_earlier_state(shop: Shop) -> None:
    shop.works("2025-01", SOUTH)
    (first,) = shop.land().landed
    shop.works("2025-02", SOUTH, NORTH)
    (second,) = shop.land().landed
    shop.works("2025-03", SOUTH)
    shop.land()
    superseded = superseded_files(shop.lakehouse, shop.lakehouse.contract("bronze.kontor_werk"))
    assert (first["file_hash"] in superseded, second["file_hash"] in superseded) == (False, True)


def test_a_fix_is_landed_in_the_words_of_the_source_with_author_and_reason(shop: Shop) -> None:
    shop.works("1", SOUTH, "2;Halle Nord;Deutschland")
    shop.land()
    wrong = row_id(shop, 2)
    assert fix(shop.lakehouse, wrong, {"Land": "DE"}, "B. Lager", "country code") == "bronze.kontor_werk"
    (entered,) = shop.lakehouse.books.read("landing", kind="fix")
    assert (entered["status"], entered["record_count"], entered["message"]) == ("landed", 1, f"corrects {wrong}: country code (B. Lager)")
    kept = json.loads((shop.folder / "lakehouse" / entered["archive_name"]).read_text("utf-8"))
    assert kept == {
        "WerkNr": "2", "Bezeichnung": "Halle Nord", "Land": "DE", "_corrects": wrong, "_author": "B. Lager", "_reason": "country code",
    }  # fmt: skip
    assert waiting(shop) == ["kontor/werk_1.csv", entered["file_name"]]


@pytest.mark.parametrize(
    ("record", "values", "author", "reason", "words"),
    [
        (1, {"Land": "DE"}, " ", "code", "needs an author and a reason"),
        (1, {"Land": "DE"}, "B. Lager", "", "needs an author and a reason"),
        (1, {"land": "DE"}, "B. Lager", "code", "has no column land in its file; it has WerkNr, Bezeichnung, Land"),
        (9, {"Land": "DE"}, "B. Lager", "code", "kontor/werk_1.csv has no record 9"),
        (None, {"Land": "DE"}, "B. Lager", "code", "names no row of a landed file; take the row_id from: emberlake quarantine list"),
    ],
)
def test_a_fix_that_cannot_be_right_is_refused_and_nothing_lands(
    shop: Shop, record: int | None, values: dict[str, str], author: str, reason: str, words: str
) -> None:
    shop.works("1", SOUTH)
    shop.land()
    with pytest.raises(EmberlakeError, match=words):
        fix(shop.lakehouse, row_id(shop, record) if record else "feed:1", values, author, reason)
    assert shop.lakehouse.books.read("landing", kind="fix") == []


def test_a_row_is_corrected_once_even_before_the_next_run(shop: Shop) -> None:
    shop.works("1", SOUTH)
    shop.land()
    fix(shop.lakehouse, row_id(shop, 1), {"Land": "AT"}, "B. Lager", "it lies in Austria")
    with pytest.raises(EmberlakeError, match="corrected already"):
        fix(shop.lakehouse, row_id(shop, 1), {"Land": "CH"}, "B. Lager", "it lies in Switzerland")


def test_a_row_from_before_a_column_was_added_can_be_corrected(shop: Shop) -> None:
    shop.works("1", SOUTH)
    shop.land()
    shop.change(WERK, END_OF_WERK, TOWN + END_OF_WERK)
    assert fix(shop.lakehouse, row_id(shop, 1), {"Land": "AT"}, "B. Lager", "it lies in Austria") == "bronze.kontor_werk"
