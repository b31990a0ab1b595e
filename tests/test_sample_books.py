"""What a run of the sample company leaves behind besides its tables: accounts, commits, lineage, verdicts, the release."""

import json
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

from emberlake.contracts.graph import build_order
from emberlake.names import JUDGED_LAYERS
from emberlake.runtime.lineage.facts import build_run_id
from support.world import World, total

ROOT = Path(__file__).parents[1]
RECEIPTS = {"kontor": "bronze.kontor_wareneingang", "sap": "bronze.sap_mseg"}


def test_every_build_accounts_for_every_row(world: World) -> None:
    assert set(world.commits) == set(world.run.accounts) == due(world)
    ends = ("written_count", "unchanged_count", "merged_count", "quarantined_count", "excluded_count", "out_of_scope_count")
    for job, commit in world.commits.items():
        assert commit["input_count"] == sum(commit[end] for end in ends) > 0, job
        assert commit["unchanged_count"] == commit["out_of_scope_count"] == commit["deleted_count"] == 0, job
    for source, table in RECEIPTS.items():
        delivered = sum(e.rows for e in world.manifest.files if e.source == source and ("MSEG" in e.file or "wareneingang" in e.file))
        assert world.commits[table]["input_count"] == delivered == world.manifest.total(source).records
        taken_in = world.commits[table]["written_count"]
        assert world.commits[f"silver.goods_receipt/{source}"]["input_count"] == taken_in == len(world.rows(table))


def due(world: World) -> set[str]:
    """Jobs that have something to build: bronze where a file landed, the rest where the driving table is built."""
    contracts = world.lakehouse.contracts
    tables, jobs = {row["table_name"] for row in world.built.landing.landed}, set()
    for name in build_order(contracts):
        found = [f.job for f in contracts[name].feeds if (name if name.startswith("bronze.") else f.inputs[0]) in tables]
        jobs |= set(found)
        tables |= {name} if found else set()
    return jobs


def test_controls_of_the_books_are_the_sums_of_the_tables(world: World) -> None:
    for table, rows, measures in (
        ("gold.activity", world.activities, ("mass_kg", "spend_eur")),
        ("gold.emission", world.emissions, ("kgco2e",)),
        ("gold.inventory", world.cells, ("kgco2e", "spend_eur")),
    ):
        controls = json.loads(world.commits[table]["controls"])
        assert {m: Decimal(controls[m]) for m in measures} == {m: total(rows, m) for m in measures}, table


def test_commits_carry_run_inputs_and_fingerprint(world: World) -> None:
    for job, commit in world.commits.items():
        version, carried = next((v, m) for v, m in world.lakehouse.store.history(commit["table_name"]) if m["job"] == job)
        assert version == commit["table_version"]
        assert (carried["run_id"], carried["build_id"]) == (world.run.run_id, build_run_id(world.run.run_id, job))
        assert carried["consumed"] == json.loads(commit["consumed"]) != {}
        assert carried["fingerprint"] == commit["fingerprint"] and len(commit["fingerprint"]) == 16
        feed = next(f for f in world.lakehouse.contract(commit["table_name"]).feeds if f.job == job)
        if not commit["table_name"].startswith("bronze."):
            assert carried["consumed"] == {t: world.lakehouse.store.standing(t) for t in feed.inputs}, job


def test_lineage_has_beginning_and_end_of_every_build_with_versions(world: World) -> None:
    path = world.lakehouse.settings.lakehouse / "lineage" / "events.jsonl"
    events = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    states: dict[str, list[str]] = defaultdict(list)
    complete = {}
    for event in events:
        states[event["job"]["name"]].append(event["eventType"])
        if event["eventType"] == "COMPLETE":
            complete[event["job"]["name"]] = event
    assert states == {job: ["START", "COMPLETE"] for job in [*world.commits, "emberlake.run"]}
    for job, commit in world.commits.items():
        event = complete[job]
        assert event["run"]["runId"] == build_run_id(world.run.run_id, job)
        assert event["run"]["facets"]["parent"]["run"]["runId"] == world.run.run_id
        (output,) = event["outputs"]
        assert (output["name"], output["facets"]["version"]["datasetVersion"]) == (commit["table_name"], str(commit["table_version"]))
        consumed = {} if commit["table_name"].startswith("bronze.") else {t: str(v[1]) for t, v in json.loads(commit["consumed"]).items()}
        assert {i["name"]: i["facets"]["version"]["datasetVersion"] for i in event["inputs"]} == consumed, job


def test_verdicts_of_all_suites_are_stored(world: World) -> None:
    found: dict[str, Counter[bool]] = defaultdict(Counter)
    for row in world.rows("audit.verdict"):
        assert row["run_id"] == world.run.run_id
        assert row["table_version"] == world.lakehouse.store.version(row["table_name"])
        found[row["table_name"]][row["is_success"]] += 1
    suites = {
        f"{path.parent.name}.{path.stem}": len(json.loads(path.read_text("utf-8"))["expectations"])
        for layer in JUDGED_LAYERS for path in (ROOT / "expectations" / layer).glob("*.json")
    }  # fmt: skip
    assert {table: counts[True] for table, counts in found.items()} == suites
    assert all(suites.values()) and not any(counts[False] for counts in found.values())


def test_the_release_names_every_table_at_its_version(world: World) -> None:
    released = {row["table_name"]: row for row in world.lakehouse.books.releases()}
    assert {row["release_id"] for row in released.values()} == {world.run.release_id}
    tables = {commit["table_name"] for commit in world.commits.values()}
    assert {t: row["table_version"] for t, row in released.items()} == {t: world.lakehouse.store.version(t) for t in tables}
    assert not any(row["is_stale"] for row in released.values())
