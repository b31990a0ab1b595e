"""Files that cannot become records: refused whole, in words that their sender understands, and never lost."""

import hashlib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from emberlake.cli import app
from emberlake.contracts.model import ContractError
from runtime.shops import WERK, WORKS, Shop

GOOD = f"{WORKS}\n1;Halle Süd;DE\n"
REQUIRED = ("- {property: delivery, value: full}", "- {property: delivery, value: full}\n  - {property: control, value: required}")
SENT_AGAIN = "ask the source to send it again"
CORRECT = "Correct the export, or the contract if the source has changed"
# name of the case: bytes of the file, and what its sender must read: what is wrong, where, and what to do.
BAD = {
    "cut in a record": (f"{WORKS}\n1;Halle Süd;DE\n2;Halle N", ["ends in the middle of record 2 (line 3)", "2 fields of 3", SENT_AGAIN]),
    "cut in a quote": (f'{WORKS}\n1;"Halle Süd', ["ends in the middle of record 1 (line 2)", "a quote opened in it is never closed", SENT_AGAIN]),
    "cut in its header": ("WerkNr;Bezeich", ["lacks the columns 'Bezeichnung', 'Land'", "'Bezeich' looks like 'Bezeichnung'", CORRECT]),
    "empty": ("", ["is empty (0 bytes)", "Ask the source to send it again"]),
    "nothing but line ends": ("\r\n\r\n", ["lacks the columns"]),
    "another encoding": (GOOD.encode("utf-8"), ["declared as windows-1252", "valid UTF-8", "Set `encoding: utf-8` in the contract"]),
    "two bytes a letter": (GOOD.encode("utf-16"), ["byte order mark of utf-16", "its contract says cp1252"]),
    "column missing": ("WerkNr;Bezeichnung\n1;Halle\n", ["lacks the columns 'Land'", CORRECT]),
    "column renamed": ("WerkNr;Bezeichnung;Länder\n1;Halle;DE\n", ["lacks the columns 'Land'", "'Länder' looks like 'Land'", CORRECT]),
    "column added": (f"{WORKS};Ort\n1;Halle;DE;Hagen\n", ["has besides the columns 'Ort'", CORRECT]),
    "column twice": (f"{WORKS};Land\n1;Halle;DE;DE\n", ["has twice the columns 'Land'", CORRECT]),
    "another delimiter": ("WerkNr,Bezeichnung,Land\n1,Halle,DE\n", ["lacks the columns 'WerkNr', 'Bezeichnung', 'Land'", CORRECT]),
    "a workbook": (b"PK\x03\x04\x14\x00", ["is a zip archive or an Excel workbook (.xlsx)", "save it as text"]),
    "bytes of a program": (f"{WORKS}\n1;Hal\0le;DE\n", ["holds a NUL character in line 2", "Export it again as text"]),
}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def put(shop: Shop, name: str, content: str | bytes) -> Path:
    """A file in the landing folder, as bytes or as kontor writes text."""
    path = shop.deliver(f"kontor/{name}", "")
    path.write_bytes(content if isinstance(content, bytes) else content.encode("windows-1252"))
    return path


@pytest.mark.parametrize(("content", "words"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_in_plain_words_and_the_others_land(shop: Shop, content: str | bytes, words: list[str]) -> None:
    bad = put(shop, "werk_bad.csv", content)
    put(shop, "werk_good.csv", GOOD)
    sent = bad.read_bytes()
    landing = shop.land()
    (refused,) = landing.refused
    assert refused["message"].startswith("werk_bad.csv ") and [w for w in words if w not in refused["message"]] == []
    assert [row["file_name"] for row in landing.landed] == ["kontor/werk_good.csv"]
    # Nothing is lost: the file is where it was put, and the books name it with its hash and the reason.
    assert bad.read_bytes() == sent
    (entered,) = shop.lakehouse.books.read("landing", status="refused")
    assert (entered["table_name"], entered["file_name"], entered["byte_count"]) == ("bronze.kontor_werk", "kontor/werk_bad.csv", len(sent))
    assert (entered["file_hash"], entered["message"]) == (hashlib.sha256(sent).hexdigest(), refused["message"])
    # And nothing of it can be loaded: only the good file was kept for bronze.
    kept = sorted(path.name.split("-", 1)[1] for path in shop.lakehouse.landed_folder.rglob("*.csv"))
    assert kept == ["werk_good.csv"]


def test_a_file_in_a_single_byte_encoding_is_refused_where_utf8_is_promised(shop: Shop) -> None:
    shop.change(WERK, "encoding: windows-1252", "encoding: utf-8")
    put(shop, "werk_1.csv", f"{WORKS}\n1;Halle Nord;DE\n2;Halle Süd;DE\n")
    (refused,) = shop.land().refused
    assert "is not written in utf-8" in refused["message"] and "line 3, bytes FC" in refused["message"]
    assert "set `encoding: cp1252` in the contract if that is right" in refused["message"]


def test_a_cut_between_two_values_cannot_be_proved_and_is_told(shop: Shop) -> None:
    put(shop, "werk_1.csv", f"{WORKS}\n1;Halle Süd;D")
    (landed,) = shop.land().landed
    assert landed["message"] == "no line end follows the last record, so its last value may have been cut; a control file would tell"


def test_a_record_of_another_width_is_a_matter_of_the_record_and_not_of_the_file(shop: Shop) -> None:
    put(shop, "werk_1.csv", f"{WORKS}\n1;Halle;DE;Hagen\n2;Halle;DE\n")
    landing = shop.land()
    assert landing.refused == () and landing.landed[0]["record_count"] == 2


CONTROLS = {
    "fewer rows than announced": ('{"rows": 2}', ["holds 1 records where werk_1.csv.control.json announces 2", "the transfer is incomplete"]),
    "no number of rows": ('{"lines": 1}', ["werk_1.csv.control.json that cannot be read", "it must be JSON with a number under rows"]),
    "no mapping": ("[1]", ["cannot be read", "it must be JSON with a number under rows"]),
    "no JSON": ("rows=1", ["cannot be read", "it must be JSON with a number under rows"]),
}


@pytest.mark.parametrize(("control", "words"), CONTROLS.values(), ids=CONTROLS)
def test_a_control_file_that_disagrees_refuses_the_extract(shop: Shop, control: str, words: list[str]) -> None:
    put(shop, "werk_1.csv", GOOD)
    put(shop, "werk_1.csv.control.json", control)
    landing = shop.land()
    assert landing.landed == () and [w for w in words if w not in landing.refused[0]["message"]] == []
    assert landing.unclaimed == (), "a control file is claimed by its extract"
    assert [row["status"] for row in shop.lakehouse.books.read("landing")] == ["refused"]


def test_a_control_file_that_agrees_lets_the_extract_land(shop: Shop) -> None:
    shop.change(WERK, *REQUIRED)
    put(shop, "werk_1.csv", GOOD)
    put(shop, "werk_1.csv.control.json", '{"rows": 1}')
    (landed,) = shop.land().landed
    assert (landed["record_count"], landed.get("message")) == (1, None)


def test_a_control_file_that_the_contract_requires_must_come(shop: Shop) -> None:
    shop.change(WERK, *REQUIRED)
    put(shop, "werk_1.csv", GOOD)
    (refused,) = shop.land().refused
    assert refused["message"] == "werk_1.csv came without werk_1.csv.control.json, which its contract requires; ask the source for it"


def test_a_refused_file_lands_once_its_control_file_has_come(shop: Shop) -> None:
    shop.change(WERK, *REQUIRED)
    put(shop, "werk_1.csv", GOOD)
    assert len(shop.land().refused) == 1
    put(shop, "werk_1.csv.control.json", '{"rows": 1}')
    assert [row["file_name"] for row in shop.land().landed] == ["kontor/werk_1.csv"]


def test_a_refused_file_lands_once_the_contract_says_what_the_message_advised(shop: Shop) -> None:
    put(shop, "werk_1.csv", GOOD.encode("utf-8"))
    assert "Set `encoding: utf-8` in the contract" in shop.land().refused[0]["message"]
    shop.change(WERK, "encoding: windows-1252", "encoding: utf-8")
    assert [row["file_name"] for row in shop.land().landed] == ["kontor/werk_1.csv"]


def test_a_refused_file_is_not_entered_twice(shop: Shop) -> None:
    put(shop, "werk_1.csv", "")
    assert len(shop.land().refused) == 1
    shop.land()
    assert len(shop.lakehouse.books.read("landing")) == 1


def test_a_full_delivery_of_no_record_is_not_taken_for_granted(shop: Shop) -> None:
    put(shop, "werk_1.csv", f"{WORKS}\n")
    landing = shop.land()
    assert [row.get("message") for row in (*landing.landed, *landing.refused)] != [None]


def test_a_control_file_whose_extract_did_not_come_is_named(shop: Shop) -> None:
    put(shop, "werk_1.csv.control.json", '{"rows": 3}')
    landing = shop.land()
    assert [row["file_name"] for row in landing.refused] + list(landing.unclaimed) != []


def test_a_file_that_two_contracts_claim_stops_landing_before_anything_is_taken_in(shop: Shop) -> None:
    shop.change("bronze/kontor/lieferant.odcs.yaml", "path: kontor/lieferant_*.csv", "path: kontor/*_1.csv")
    put(shop, "werk_1.csv", GOOD)
    with pytest.raises(ContractError, match=r"werk_1\.csv is claimed by bronze\.kontor_lieferant and bronze\.kontor_werk; make their paths distinct"):
        shop.land()
    assert shop.lakehouse.books.read("landing") == [] and not shop.lakehouse.landed_folder.exists()


def test_a_file_that_no_contract_claims_is_named_and_left(shop: Shop) -> None:
    stray = shop.deliver("kontor/Werke 2025.csv", GOOD)
    shop.deliver("kontor/_draft/werk_1.csv", GOOD)
    landing = shop.land()
    assert (landing.landed, landing.refused, landing.unclaimed) == ((), (), ("kontor/Werke 2025.csv",))
    assert stray.exists() and shop.lakehouse.books.read("landing") == []


def test_the_command_line_says_all_of_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBERLAKE_SCHEMAS", str(shop.contracts))
    monkeypatch.setenv("COLUMNS", "300")
    put(shop, "werk_good.csv", GOOD)
    put(shop, "werk_[bad].csv", "WerkNr;Bezeichnung;[Land]\n1;Halle;DE\n")
    shop.deliver("stray.csv", GOOD)
    done = CliRunner().invoke(app, ["land", "--lakehouse", str(shop.folder / "lakehouse"), "--landing", str(shop.folder / "landing")])
    assert done.exit_code == 0
    assert "landed 1 new files, 0 were known, 1 refused" in done.stdout
    assert "refused kontor/werk_[bad].csv: werk_[bad].csv lacks the columns 'Land' and has besides the columns '[Land]'" in done.stdout
    assert "unclaimed stray.csv: no contract's path matches it; add a bronze contract or remove the file" in done.stdout
