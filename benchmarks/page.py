"""The figures as a page: results.json becomes the part of README.md between its two marks, and a chart of the ratios.

    python benchmarks/page.py

Beside each figure stands the command that made it, the aim where there is one, and how the figure stands to it.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from chart import BY_HAND_AIM, FLOOR_AIM, Part, chart, summaries

HERE = Path(__file__).parent
RESULTS, README, CHART = HERE / "results.json", HERE / "README.md", HERE / "ratios.svg"
BEGIN, END = "<!-- figures: begin, written by page.py -->", "<!-- figures: end -->"
PLAIN_AIM, EVENTS_AIM, AS_OF_AIM = 2.0, 10_000, 1.2
BUILD_AIM_S, SUITE_AIM_S, DEMO_AIM_S, TESTS_AIM_S = 1.5, 0.7, 120.0, 900.0
DAYS = {
    "unchanged": ("nothing new", 2.0),
    "late rows": ("0.1 % late lines, scattered over the year", 10.0),
    "clustered": ("a decision on one material group for three days in a row (0.1 % of the lines)", 3.0),
    "scattered": ("a decision on a smaller group for sixteen days over the year (0.1 % of the lines)", 10.0),
}
SHOWN = 8  # tables in the table of what costs most


def render(results: Mapping[str, Part]) -> str:
    """The whole section; parts that were not measured are not mentioned."""
    parts = {
        "pipeline": pipeline, "changes": changes, "stream": stream, "latency": latency, "corrections": corrections, "fixed_cost": fixed_cost,
        "demo_time": demo_time, "airflow_cost": airflow_cost,
    }  # fmt: skip
    return "\n\n".join("\n".join([*section(results[name]), *stamp(results[name])]) for name, section in parts.items() if name in results)


def stamp(part: Part) -> Iterator[str]:
    """Where the figures above come from."""
    at = part["machine"]
    changed = " with changes not committed" if at["is_changed"] else ""
    busy = f" The machine was busy (load {at['load']} on {at['cores']} cores): compare ratios, not seconds." if at["load"] > 1 else ""
    yield ""
    yield (
        f"`{part['command']}` · {at['date']}, commit {at['commit']}{changed}, {at['cores']} cores ({at['processor']}), {at['memory_gb']} GB, {at['java']}, "
        f"Python {at['python']}, Spark {at['pyspark']}, Delta {at['delta-spark']}, DuckDB {at['duckdb']}.{busy}"
    )


def against(value: float, aim: float) -> str:
    """How a figure stands to its aim."""
    return "within the aim" if value <= aim else f"{value / aim:.1f} times the aim"


def rounds_of(ratio: Mapping[str, Any]) -> str:
    return f"**{ratio['median']}** ({', '.join(map(str, ratio['each']))})"


def rounds(count: int) -> str:
    return "one round, so that chance has its part" if count == 1 else f"{count} rounds in alternating order, medians, in brackets each round"


def pipeline(part: Part) -> Iterator[str]:
    yield "### Landing to gold"
    yield ""
    yield "| lines | | seconds | processor s | lines/s | Emberlake takes, by the clock | and of the processor | aim | |"
    yield "|---:|---|---:|---:|---:|---|---|---|---|"
    for found in summaries(part):
        for who, words, aim in (("emberlake", "Emberlake", 0.0), ("floor", "floor", FLOOR_AIM), ("by_hand", "by hand in DuckDB", BY_HAND_AIM)):
            row = [f"{found['lines']:,}", words, f"{found['wall_s'][who]:.1f}", f"{found['cpu_s'][who]:.1f}", f"{found['rows_per_s'][who]:,}"]
            if aim:
                ratio = found["ratio_wall"][who]
                row += [f"{rounds_of(ratio)} times", f"{rounds_of(found['ratio_cpu'][who])} times", f"{aim:g}", against(ratio["median"], aim)]
            else:
                row += ["", "", "", ""]
            yield f"| {' | '.join(row)} |"
    yield ""
    for found in summaries(part):
        compared = ", ".join(f"{count:,} {table}" for table, count in found["rows_compared"].items())
        yield (
            f"At {found['lines']:,} lines: {rounds(found['rounds'])}; the floor wrote "
            f"{found['floor_bytes_of_ours'] * 100:.1f} % of Emberlake's bytes. Gold by hand was the same to the last digit ({compared} rows)."
        )
    yield ""
    yield from where_time_goes(part)
    yield ""
    yield "![Ratios](ratios.svg)"


def where_time_goes(part: Part) -> Iterator[str]:
    """Of the last round at the largest scale, the stages beside the floor of the same tables."""
    scale = max(line["scale"] for line in part["figures"])
    last = {line["who"]: line for line in part["figures"] if line.get("who") and line["scale"] == scale}
    ours, floor = last["emberlake"]["seconds"], last["floor"]["seconds"]
    builds: dict[str, float] = {}
    for job, seconds in ours["builds"].items():
        builds[job.split("/")[0]] = builds.get(job.split("/")[0], 0.0) + seconds
    dearest = sorted(builds, key=lambda table: -builds[table])
    yield f"Where the last round at scale {scale} went, in seconds (Spark's start is in the first build, the floor's apart: {floor['session']:.1f}):"
    yield ""
    yield "| stage | Emberlake | floor |"
    yield "|---|---:|---:|"
    yield f"| landing: hash, inspect, keep | {ours['landing']:.1f} | |"
    for table in dearest[:SHOWN]:
        yield f"| {table} | {builds[table]:.1f} | {floor[table]:.1f} |"
    others = dearest[SHOWN:]
    yield f"| the other {len(others)} tables | {sum(builds[t] for t in others):.1f} | {sum(floor[t] for t in others):.1f} |"
    yield f"| {len(ours['suites'])} suites | {sum(ours['suites'].values()):.1f} | |"
    yield f"| release | {ours['release']:.1f} | |"


def changes(part: Part) -> Iterator[str]:
    days = {line["day"]: line for line in part["figures"]}
    whole = days["whole"]
    yield "### A changed day beside computing everything"
    yield ""
    yield "| day | seconds | processor s | of computing everything | aim | | written, in driving rows that stand behind |"
    yield "|---|---:|---:|---:|---:|---|---|"
    for name, (words, aim) in DAYS.items():
        day, share = days[name], 100 * days[name]["wall_s"] / whole["wall_s"]
        written = ", ".join(f"{count:,} {job} ({scope})" for job, (scope, count) in day["written"].items() if count)
        yield f"| {words} | {day['wall_s']:.1f} | {day['cpu_s']:.1f} | {share:.1f} % | {aim} % | {against(share, aim)} | {written} |"
    yield f"| everything, computed whole and compared | {whole['wall_s']:.1f} | {whole['cpu_s']:.1f} | | | | none: what was followed was right |"


def stream(part: Part) -> Iterator[str]:
    yield "### Micro-batches"
    yield ""
    yield "| events | tables written | a trigger, s | plain appends, s | a trigger takes | aim | | events/s to gold |"
    yield "|---:|---:|---:|---:|---|---:|---|---:|"
    for found in summaries(part):
        ratio = found["ratio"]
        row = [f"{found['events']:,}", str(found["tables"]), f"{found['trigger_s']:.1f}", f"{found['plain_s']:.1f}", f"{rounds_of(ratio)} times"]
        row += [f"{PLAIN_AIM:g}", against(ratio["median"], PLAIN_AIM), f"{found['events_per_s']:,}"]
        yield f"| {' | '.join(row)} |"
    most = max(found["events_per_s"] for found in summaries(part))
    yield ""
    yield f"Of events a second the aim is {EVENTS_AIM:,}; the most is {most:,}. Medians of {summaries(part)[0]['rounds']} rounds, in brackets each."


def latency(part: Part) -> Iterator[str]:
    yield "### How long a line waits"
    yield ""
    heads = ["a trigger every", "lines/s", "lines", "triggers", "half waited less than, s", "95 % less than, s", "longest, s", "drained after, s"]
    yield f"| {' | '.join([*heads, 'busy s per 1,000 lines', 'most memory of Java, MB'])} |"
    yield "|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    for found in part["figures"]:
        rate = f"{found['rate']}" if found["kind"] == "interval" else f"{found['rate']}, for {found['seconds']:g} s {found['burst']}, then {found['rate']}"
        row = [f"{found['every_s']:g} s", rate, f"{found['lines']:,}", str(found["triggers"])]
        row += [f"{found[key]:.1f}" for key in ("p50_s", "p95_s", "max_s", "drain_s", "busy_s_per_1000_lines")]
        yield f"| {' | '.join(row)} | {found['peak_mb']:,} |"
    yield ""
    yield "All lines that were delivered stand in gold; the benchmark fails otherwise."


def corrections(part: Part) -> Iterator[str]:
    yield "### The past, and a ledger that was corrected"
    yield ""
    yield "| query by month | release in force, ms | first release, ms | ratio | aim | |"
    yield "|---|---:|---:|---:|---:|---|"
    for found in (line for line in part["figures"] if line["kind"] == "as of"):
        now, then = 1000 * found["now_s"], 1000 * found["as_of_s"]
        yield f"| {found['table']} | {now:.0f} | {then:.0f} | {found['ratio']} | {AS_OF_AIM} | {against(found['ratio'], AS_OF_AIM)} |"
    yield ""
    yield "| corrections of 0.1 % | postings | sum over all postings, ms | beside none | sum of net rows, ms | beside none |"
    yield "|---:|---:|---:|---:|---:|---:|"
    for found in (line for line in part["figures"] if line["kind"] == "totals"):
        row = [str(found["corrections"]), f"{found['rows']:,}"]
        for name in ("postings_s", "net_s"):
            row += [f"{1000 * found[name]:.0f}", f"{found.get(f'{name}_ratio', 1)} times"]
        yield f"| {' | '.join(row)} |"


def fixed_cost(part: Part) -> Iterator[str]:
    (found,) = summaries(part)
    yield "### A table with nothing in it"
    yield ""
    yield "| | tables | median s | worst s | aim s | median |"
    yield "|---|---:|---:|---|---:|---|"
    kinds = (
        ("first_build", "first build", BUILD_AIM_S), ("rebuild", "rebuild with one changed row", BUILD_AIM_S),
        ("suite", "suite", SUITE_AIM_S), ("suite_again", "suite after the change", SUITE_AIM_S),
    )  # fmt: skip
    for key, words, aim in kinds:
        cost = found[key]
        yield f"| {words} | {cost['tables']} | {cost['median_s']:.2f} | {cost['worst_s']:.2f} ({cost['worst']}) | {aim} | {against(cost['median_s'], aim)} |"
    yield ""
    yield f"Warm session, rounds: {found['rounds']}, each table by its median. A release takes {found['release_s']:.2f} s."


def demo_time(part: Part) -> Iterator[str]:
    yield "### Demo and tests"
    yield ""
    yield "| | seconds | rounds | aim s | |"
    yield "|---|---:|---|---:|---|"
    words = {"demo": ("the demo, everything installed", DEMO_AIM_S), "tests": ("`make test`", TESTS_AIM_S)}
    for found in summaries(part):
        what, aim = words[found["what"]]
        yield f"| {what} | {found['wall_s']:.0f} | {', '.join(f'{s:.0f}' for s in found['each'])} | {aim:.0f} | {against(found['wall_s'], aim)} |"


def airflow_cost(part: Part) -> Iterator[str]:
    (found,) = summaries(part)
    yield "### What Airflow adds"
    yield ""
    yield "| | seconds |"
    yield "|---|---:|"
    yield f"| per task, first run ({found['tasks']} tasks) | {found['added_per_task_s']:.2f} |"
    yield f"| per task, second run with nothing to do | {found['added_per_idle_task_s']:.2f} |"
    for run, words in (("first_run_s", "first"), ("second_run_s", "second")):
        yield f"| {words} run through Airflow; the same jobs without | {found[run]['with']:.1f}; {found[run]['without']:.1f} |"


def publish() -> None:
    """Write the section of README.md, and the chart where the pipeline was measured."""
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    page = README.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN, 1)
    _, after = rest.split(END, 1)
    README.write_text(f"{before}{BEGIN}\n\n{render(results)}\n\n{END}{after}", encoding="utf-8")
    if "pipeline" in results:
        chart(results["pipeline"], CHART)


if __name__ == "__main__":
    publish()
