#!/usr/bin/env bash
# Every contract is also valid by the public tool of the standard, which lives in an environment of its own.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv=.venv-odcs
if [ ! -x "$venv/bin/datacontract" ]; then
  echo "· installing the public contract tool (datacontract-cli) into $venv"
  .venv/bin/python -m venv --without-pip "$venv"
  .venv/installer/bin/uv pip sync --quiet --python "$venv/bin/python" --require-hashes infra/contracts/lock.txt
fi
"$venv/bin/python" infra/contracts/lint.py
