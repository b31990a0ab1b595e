"""The receipts of AdventureWorks follow changes of their inputs as those of the sample company do."""

import shutil
from pathlib import Path

import pytest
from real_lakehouse import Real

from emberlake.runtime.lakehouse import Lakehouse
from emberlake.runtime.settings import Settings
from since.company import Company, reaching
from since.properties import assert_since_equals_all, assert_ways_are_needed
from since.test_since_equals_all import WAYS


@pytest.fixture
def company(real: Real, tmp_path: Path) -> Company:
    settings = real.lakehouse.settings
    shutil.copytree(settings.lakehouse, tmp_path / "lakehouse", symlinks=True)
    return Company(Lakehouse(Settings(tmp_path / "lakehouse", settings.landing)), 3)


def test_changes_are_followed(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    (feed,) = [feed for feed in reaching(company.lakehouse.contracts) if feed.name == "adventureworks"]
    assert_since_equals_all(company, feed)
    monkeypatch.setattr("emberlake.runtime.run.fingerprint", lambda *_: company.fingerprint(feed))
    assert_ways_are_needed(company, feed, WAYS or None)
