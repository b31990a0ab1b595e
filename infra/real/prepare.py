"""Lays out the landing folder of the real lakehouse: AdventureWorks' extracts as they are, and the labelled mapping files.

Run it from anywhere: python infra/real/prepare.py [--data <folder of the extracts>] [--landing <folder>]. Files are
copied byte for byte, so a second call changes nothing, and landing the same file again is a no-op.
"""

import argparse
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAPPING = Path(__file__).with_name("mapping")

ADVENTUREWORKS = (
    "Product", "ProductSubcategory", "ProductCategory", "ProductVendor", "Vendor", "PurchaseOrderHeader", "PurchaseOrderDetail",
    "UnitMeasure", "Currency", "CurrencyRate", "BusinessEntityAddress", "Address", "StateProvince", "CountryRegion",
)  # fmt: skip

EXTRACTS = {
    **{f"adventureworks/{name}.csv": f"adventureworks_raw_2025/{name}.csv" for name in ADVENTUREWORKS},
    "ecb/eurofxref-hist.csv": "reference/eurofxref-hist.csv",
    "iso4217/codes-all.csv": "reference/codes-all.csv",
}
"""Path below the landing folder: path below the folder of the extracts."""


class MissingExtracts(Exception):
    """The extracts are not where they were looked for."""


def prepare(data: Path, landing: Path) -> list[Path]:
    """Copy the extracts and the mapping files; their paths in the landing folder. Raises MissingExtracts."""
    sources = {landing / to: data / path for to, path in EXTRACTS.items()}
    if missing := [str(path.relative_to(data)) for path in sources.values() if not path.is_file()]:
        raise MissingExtracts(
            f"the real extracts are not in {data}: {len(missing)} of {len(sources)} files are missing, the first is {missing[0]}. "
            "They are no part of this repository; lay the folders adventureworks_raw_2025 and reference beside each other and "
            "name their parent with --data. The sample company (make demo) needs none of this."
        )
    sources |= {landing / path.relative_to(MAPPING): path for path in sorted(MAPPING.rglob("*.csv"))}
    for target, source in sources.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    return list(sources)


def main() -> int:
    """Prepare from the command line; 1 with a sentence where the extracts are missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of the extracts (../shared/data)")
    parser.add_argument("--landing", type=Path, default=ROOT / "real" / "landing", help="landing folder (real/landing)")
    chosen = parser.parse_args()
    try:
        laid = prepare(chosen.data, chosen.landing)
    except MissingExtracts as error:
        print(f"emberlake: {error}", file=sys.stderr)
        return 1
    print(f"{len(EXTRACTS)} real extracts and {len(laid) - len(EXTRACTS)} mapping files lie in {chosen.landing}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
