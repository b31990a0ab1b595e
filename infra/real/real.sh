#!/usr/bin/env bash
# From real extracts to an inventory with its gaps: what `make real` shows. docs/real-extracts.md says what was decided.
set -euo pipefail
cd "$(dirname "$0")/../.."
export EMBERLAKE_LAKEHOUSE=real/lakehouse EMBERLAKE_LANDING=real/landing
emberlake=.venv/bin/emberlake
.venv/bin/python infra/real/prepare.py
"$emberlake" run
"$emberlake" query --no-full "select left(period, 4) as year, method, sum(kgco2e) as kgco2e, sum(activity_count) as activities, round(100.0 * sum(covered_activity_count) / sum(activity_count), 2) as covered_rows_pct, round(100.0 * sum(covered_spend_eur) / sum(spend_eur), 2) as covered_spend_pct from gold.inventory group by all order by all"
"$emberlake" query --no-full "select coalesce(reason, 'covered') as reason, count(*) as activities, sum(spend_eur) as spend_eur, sum(kgco2e) as kgco2e from gold.emission where counts_activity group by all order by all"
cat <<TXT

What became of every row, table by table: .venv/bin/python infra/real/results.py
What was decided, and what the extracts do not say: docs/real-extracts.md
TXT
