"""Lint every contract with the public tool; exit 1 with what it says of those that fail, or if none was found."""

import sys
from pathlib import Path

from datacontract.data_contract import DataContract

ROOT = Path(__file__).parents[2] / "schemas"


def main() -> None:
    paths = sorted(ROOT.rglob("*.odcs.yaml"))
    failed = []
    for path in paths:
        result = DataContract(data_contract_file=str(path)).lint()
        if result.result != "passed":
            failed.append(f"{path.relative_to(ROOT)}: {[check.reason for check in result.checks if check.result != 'passed']}")
    print("\n".join(failed) or f"{len(paths)} contracts are valid by the public ODCS tool")
    sys.exit(1 if failed or not paths else 0)


if __name__ == "__main__":
    main()
