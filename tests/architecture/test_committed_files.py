"""What is committed works on any machine: no paths of the one it was written on, no hosts that packages happened to come from."""

import re
import subprocess
from functools import cache

import pytest
from source_tree import ROOT

# The words stand in pieces, so that this file does not hold what it looks for.
HOSTS = ("pypi|org", "pythonhosted|org", "maven|org", "maven|apache|org", "npmjs|org", "anaconda|org", "conda|io", "jfrog|io")
ARTIFACTS, INDEX = "arti" + "factory", "index" + "-url"
MACHINE = re.compile(r"(?<![\w./$}>:-])/(?:work|root|home|Users|mnt|tmp|opt)/\w")
REGISTRY = re.compile("|".join(host.replace("|", r"\.") for host in HOSTS) + rf"|{ARTIFACTS}|{INDEX}[= ]\s*http", re.IGNORECASE)
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME)\b")
FORBIDDEN = {"a path of one machine": MACHINE, "a host of a package registry": REGISTRY, "unfinished work": UNFINISHED}
CAUGHT = {
    "a path of one machine": ["open('/" + "work/main/x')", "cd /" + "root/x", "see /" + "home/me/x"],
    "a host of a package registry": ["https://py" + "pi.org/x", f"--{INDEX}=http://here", f"http://here/{ARTIFACTS}/x"],
    "unfinished work": ["# TO" + "DO: later"],
}
SPARED = ["demo/work/x", "$HOME/work/x", "https://example.com/home/x", "currency XXX"]


@cache
def committed() -> dict[str, str]:
    """Text files that are committed or about to be, by name."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("this is no checkout of git, so nothing says which files are committed")
    found = {}
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file() and b"\0" not in (content := (ROOT / name).read_bytes()):
            found[name] = content.decode("utf-8")
    return found


@pytest.mark.parametrize("words", FORBIDDEN)
def test_no_file_holds(words: str) -> None:
    assert len(committed()) > 200, "the files were not found"
    lines = [(name, number, line) for name, text in committed().items() for number, line in enumerate(text.splitlines(), 1)]
    assert [f"{name}:{number}: {line.strip()[:100]}" for name, number, line in lines if FORBIDDEN[words].search(line)] == []


@pytest.mark.parametrize("words", FORBIDDEN)
def test_the_pattern_finds_what_it_is_for_and_no_more(words: str) -> None:
    assert [line for line in CAUGHT[words] if not FORBIDDEN[words].search(line)] == []
    assert [line for line in SPARED if FORBIDDEN[words].search(line)] == []


def test_lines_end_alike() -> None:
    assert [name for name, text in committed().items() if "\r\n" in text and not name.startswith("tests/")] == []
