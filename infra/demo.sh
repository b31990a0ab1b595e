#!/usr/bin/env bash
# From raw extracts to a number that explains itself: what `make demo` shows.
set -euo pipefail
cd "$(dirname "$0")/.."
export EMBERLAKE_LAKEHOUSE=demo/lakehouse EMBERLAKE_LANDING=demo/landing
emberlake=.venv/bin/emberlake
"$emberlake" sample
"$emberlake" run
"$emberlake" query --no-full "select plant_name as plant, method, sum(kgco2e) as kgco2e, round(100.0 * sum(covered_activity_count) / sum(activity_count), 1) as covered_rows_pct, round(100.0 * sum(covered_spend_eur) / sum(spend_eur), 1) as covered_spend_pct from gold.inventory group by all order by all"
id=$("$emberlake" query --plain "select emission_id from gold.emission where kgco2e is not null order by kgco2e desc, emission_id limit 1")
cat <<TXT

The largest single emission, walked back to its line:

TXT
"$emberlake" explain "$id"
cat <<TXT

Where to look next (from this folder):
  export EMBERLAKE_LAKEHOUSE=demo/lakehouse EMBERLAKE_LANDING=demo/landing
  .venv/bin/emberlake show gold.inventory          the inventory, cell by cell
  .venv/bin/emberlake explain '$id'
  .venv/bin/emberlake quarantine list              rows that wait for their owner
  .venv/bin/emberlake tables                       what there is; docs/tables says what each is
  demo/lakehouse/published/gold/inventory          the same as a Delta table, for BI tools
TXT
