"""The files of the sample company and the bronze contracts that describe them."""

from pathlib import Path

import pytest
import yaml
from open_data_contract_standard.model import OpenDataContractStandard
from parsed_company import Company

CONTRACTS = Path(__file__).parents[3] / "schemas" / "bronze"


@pytest.mark.parametrize("path", sorted(CONTRACTS.glob("[dks]*/*.yaml")), ids=lambda path: f"{path.parent.name}_{path.stem}")
def test_contracts_describe_the_files(company: Company, path: Path) -> None:
    """Each contract is valid ODCS, and finds files whose header is its columns in its encoding and delimiter."""
    contract = OpenDataContractStandard.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    assert contract.name == f"bronze.{path.parent.name}_{path.name.split('.')[0]}"
    assert contract.servers is not None
    assert contract.schema_ is not None
    server, columns = contract.servers[0], contract.schema_[0].properties
    assert server.path is not None
    assert server.delimiter is not None
    assert server.encoding is not None
    assert columns is not None
    files = sorted(company.landing.glob(server.path))
    assert files
    for file in files:
        header = file.read_bytes().decode(server.encoding).splitlines()[0]
        assert header.split(server.delimiter) == [column.physicalName or column.name for column in columns]


def test_every_extract_has_a_contract(company: Company) -> None:
    """No file is written that bronze would not read."""
    patterns = [yaml.safe_load(path.read_text(encoding="utf-8"))["servers"][0]["path"] for path in CONTRACTS.glob("[dks]*/*.yaml")]
    for entry in company.manifest.files:
        assert sum(Path(entry.file).match(pattern) for pattern in patterns) == 1, entry.file
