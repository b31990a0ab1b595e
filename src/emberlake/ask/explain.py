"""An emission explained: from its number down to the line of the extract, with all that was decided on the way."""

from collections.abc import Mapping
from typing import Any

from emberlake.ask import words
from emberlake.ask.builds import BuildStep, Wanted, build_of_file, build_step, builds_behind
from emberlake.ask.cell import CellExplanation, explain_cell
from emberlake.ask.explanation import Explanation, Missing, Rejected, Source
from emberlake.ask.kept_copy import read_record
from emberlake.ask.ledger_history import TABLE, history, net
from emberlake.ask.steps import digits, first, mass_step, money_step
from emberlake.errors import EmberlakeError
from emberlake.tables import Tables
from emberlake.tables.as_of import Release

Row = Mapping[str, Any]


class NoSuchEmission(EmberlakeError):
    """The release holds no such emission."""


class BrokenChain(EmberlakeError):
    """A row names another one that its table does not hold: what was built does not fit together."""


def explain_emission(tables: Tables, emission_id: str, as_of: str | None = None) -> Explanation:
    """Everything behind one emission of the release in force, or of an earlier one.

    Rows are read at the versions that the builds consumed, so they are those that the number was made of.
    Raises NoSuchEmission, CopyDamaged where a kept extract is not what landed, BrokenChain where rows are gone.
    """
    release = tables.release(as_of)
    version = tables.version(TABLE, release)
    assert version is not None
    postings = tables.find(TABLE, version, emission_id=emission_id)
    emission = in_force(postings, emission_id, release)
    wanted = Wanted(emission["source_system"], emission["period"])
    commits = tables.books.read("commit")
    builds = builds_behind(tables.contracts, commits, TABLE, version, release.released_at, wanted)
    versions = {table: v for build in builds.values() for table, v in build.consumed.items() if table in builds}
    activity = needed(tables, versions, "gold.activity", activity_id=emission["activity_id"], period=emission["period"])
    receipt = needed(tables, versions, "silver.goods_receipt", goods_receipt_id=activity["goods_receipt_id"], period=emission["period"])
    question = optional(tables, versions, "gold.factor_choice", factor_choice_id=emission["factor_choice_id"])
    policy = optional(tables, versions, "silver.factor_policy", factor_policy_id=emission["factor_policy_id"])
    factor = optional(tables, versions, "silver.emission_factor", factor_id=emission["factor_id"], gas=emission["gas"])
    mapping = optional(tables, versions, "silver.factor_mapping", factor_mapping_id=activity["factor_mapping_id"])
    mass = mass_step(tables, versions, receipt)
    landings = tables.books.read("landing")
    source = source_of(tables, builds, versions, receipt, landings)
    builds[source.table_name] = build_step(tables.contract(source.table_name), build_of_file(commits, source.table_name, source.record.extract.file_hash))
    return Explanation(
        release=release,
        emission=emission,
        formula=formula(emission),
        missing=missing(emission, activity, receipt),
        history=history(tables, postings, version),
        factor=factor,
        why_factor=words.why_chosen(factor, question, policy) if factor and question else None,
        question=question,
        policy=policy,
        rejected=rejected(tables, versions, question),
        activity=activity,
        mapping=mapping,
        goods_receipt=receipt,
        mass=mass,
        money=money_step(tables, versions, receipt),
        source=source,
        origins=origins(landings, mapping=mapping, policy=policy, factor=factor, material=mass.material),
        builds=tuple(builds.values()),
        known_at=emission["known_at"],
    )


def in_force(postings: list[dict[str, Any]], emission_id: str, release: Release) -> dict[str, Any]:
    """The one posting in force; raises NoSuchEmission where there is none, saying which it is."""
    if not postings:
        raise NoSuchEmission(
            f"{release} holds no emission {emission_id!r}. Ids read like 3.1:kontor:25100000001/1|CO2e|single; find them with: "
            'emberlake query "select emission_id from gold.emission"'
        )
    standing = net(postings)
    if not standing:
        last = max(row["posting_id"] for row in postings if row["weight"] == -1)
        raise NoSuchEmission(f"emission {emission_id} was taken back (posting {last}); explain it as it was with --as-of and an earlier time")
    if len(standing) > 1:
        raise BrokenChain(f"emission {emission_id} has {len(standing)} postings in force; the ledger is wrong, run gold.emission again")
    return standing[0]


def formula(emission: Row) -> str | None:
    """The formula in words and numbers; None where there is no number."""
    if emission["kgco2e"] is None:
        return None
    unit = emission["activity_unit_code"]
    return (
        f"{digits(emission['activity_quantity'])} {unit} × {digits(emission['factor_kgco2e_per_unit'])} kgco2e/{unit} = "
        f"{digits(emission['kgco2e'])} kgco2e, {words.FORMULAS[emission['formula']]}"
    )


def missing(emission: Row, activity: Row, receipt: Row) -> Missing | None:
    reason = emission["reason"]
    return Missing(reason, words.in_short(reason), words.needed(reason, activity, receipt)) if reason else None


def rejected(tables: Tables, versions: Mapping[str, int], question: Row | None) -> tuple[Rejected, ...]:
    """Candidates that were not used, each with its reason in words."""
    if question is None or not question["rejected_candidates"]:
        return ()
    ids = [candidate["factor_id"] for candidate in question["rejected_candidates"]]
    table = "silver.emission_factor"
    factors = {row["factor_id"]: row for row in tables.find(table, versions[table], factor_id=ids, is_lead_gas=True)}
    columns = ("activity_name", "geography_code", "release", "kgco2e_per_unit", "per_unit_code")
    return tuple(
        Rejected(
            candidate["factor_id"], **{c: factors.get(candidate["factor_id"], {}).get(c) for c in columns}, reason=candidate["reason"],
            words=words.why_rejected(candidate["reason"], factors.get(candidate["factor_id"]), question),
        )
        for candidate in question["rejected_candidates"]
    )  # fmt: skip


def origins(landings: list[dict[str, Any]], **rows: Row | None) -> dict[str, str]:
    """Where each row that was used came from: extract and number of the record."""
    names = {row["file_hash"]: row["file_name"] for row in landings}
    ids = {name: row["_source_row_id"].rpartition(":") for name, row in rows.items() if row}
    return {name: f"{names.get(file_hash, file_hash)}, record {record}" for name, (file_hash, _, record) in ids.items()}


def source_of(
    tables: Tables, builds: Mapping[str, BuildStep], versions: Mapping[str, int], receipt: Row, landings: list[dict[str, Any]]
) -> Source:  # fmt: skip
    """The bronze row of a receipt, and its record read again from the kept copy."""
    row_id, feed_name = receipt["_source_row_id"], builds["silver.goods_receipt"].feed
    table = next(f.inputs[0] for f in tables.contract("silver.goods_receipt").feeds if f.name == feed_name)
    row = needed(tables, versions, table, _source_file=row_id.rpartition(":")[0], _source_row_id=row_id)
    own = [landing for landing in landings if landing["table_name"] == table]
    return Source(table, row, read_record(tables.folder, tables.contract(table), own, row_id))


def needed(tables: Tables, versions: Mapping[str, int], table: str, **equals: Any) -> dict[str, Any]:
    """The one row of a table; raises BrokenChain where it is not there."""
    found = first(tables.find(table, versions[table], **equals))
    if found is None:
        wanted = ", ".join(f"{name} {value}" for name, value in equals.items())
        raise BrokenChain(f"{table} at version {versions[table]} has no row with {wanted}; run it and what reads it again")
    return found


def optional(tables: Tables, versions: Mapping[str, int], table: str, **equals: Any) -> dict[str, Any] | None:
    """As `needed`, where the id may be empty because the step was never reached."""
    return None if next(iter(equals.values())) is None else needed(tables, versions, table, **equals)


__all__ = ["BrokenChain", "CellExplanation", "NoSuchEmission", "explain_cell", "explain_emission"]
