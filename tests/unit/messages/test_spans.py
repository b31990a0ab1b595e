"""Names of files say which messages they hold, and a contract's path claims them."""

from dataclasses import replace
from pathlib import Path

import pytest

from emberlake.contracts.load import load_all
from emberlake.contracts.model import Contract, ContractError
from emberlake.runtime.messages.spans import Span, folder_of, span_of

SCHEMAS = Path(__file__).parents[3] / "schemas"


def contract(path: str, topic: str = "shop.public.event") -> Contract:
    known = load_all(SCHEMAS)["bronze.kontor_werk"]
    return replace(known, servers=(replace(known.server(), path=path, properties={"topic": topic}),))


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("shop/shop.public.event/*.jsonl", "shop/shop.public.event"),
        ("shop/event/*/*.jsonl", "shop/event/shop.public.event"),
        ("shop/**/*.jsonl", "shop/shop.public.event"),
        ("shop/*.event/[0-9]*.jsonl", "shop/shop.public.event"),
        ("**/*.jsonl", "shop.public.event"),
    ],
)
def test_the_folder_is_one_that_the_path_claims(path: str, folder: str, tmp_path: Path) -> None:
    shop = contract(path)
    found = folder_of(shop, shop.server())
    assert str(found) == folder
    file = tmp_path / found / Span("shop.public.event", 0, 1, 2).file_name
    file.parent.mkdir(parents=True)
    file.touch()
    assert list(tmp_path.glob(path)) == [file]


@pytest.mark.parametrize(
    "path", ["shop/*.jsonl", "shop/event_*/*.jsonl", "shop/shop.public.event/*", "shop/shop.public.event/event_*.jsonl", "shop/event.jsonl"]
)
def test_a_path_that_claims_no_file_of_the_topic_is_refused(path: str) -> None:
    shop = contract(path)
    with pytest.raises(ContractError, match=r"claims no file of topic shop\.public\.event"):
        folder_of(shop, shop.server())


def test_a_name_is_read_as_it_is_written_and_any_other_name_is_no_span() -> None:
    span = Span("shop.public.event", 2, 30, 41)
    assert span_of(f"any/folder/{span.topic}/{span.file_name}", contract("x")) == span
    for name in (f"{span.topic}/2-30.jsonl", f"{span.topic}/2-30-41.json", f"other/{span.file_name}", span.file_name):
        assert span_of(name, contract("x")) is None
