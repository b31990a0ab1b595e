#!/usr/bin/env bash
# build/emberlake.zip: the package with its contracts, suites and jobs inside, for clusters.
#   infra/spark/package.sh [FILE]
# Executors take it as it is, by --py-files. A driver reads contracts and reference tables as files, so it needs an
# installation, or the .zip unpacked: unzip it into a folder and put that folder on PYTHONPATH.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=${1:-$PWD/build/emberlake.zip}
mkdir -p "$(dirname "$target")"
exec .venv/bin/python - "$target" <<'PYTHON'
import sys
import zipfile
from pathlib import Path

PARTS = {"src/emberlake": "emberlake", "schemas": "emberlake/_schemas", "expectations": "emberlake/_expectations", "jobs": "emberlake/_jobs"}
EPOCH = (1980, 1, 1, 0, 0, 0)  # the same sources give the same bytes

with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:
    for folder, inside in PARTS.items():
        for path in sorted(p for p in Path(folder).rglob("*") if p.is_file() and "__pycache__" not in p.parts):
            entry = zipfile.ZipInfo(f"{inside}/{path.relative_to(folder)}", EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
print(sys.argv[1])
PYTHON
