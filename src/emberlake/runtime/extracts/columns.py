"""The columns of a file against those of its contract."""

from collections import Counter
from difflib import get_close_matches
from pathlib import Path

from emberlake.runtime.extracts.dialect import Dialect
from emberlake.runtime.extracts.refusal import UnreadableExtract

_NAMES_SHOWN = 10


def refuse_other_columns(path: Path, dialect: Dialect, names: tuple[str, ...]) -> None:
    """Refuse a file whose columns are not exactly those of the contract, in whatever order."""
    present = set(names)
    missing = [name for name in dialect.columns if name not in present]
    additional = list(dict.fromkeys(name for name in names if name not in set(dialect.columns)))
    counts = Counter(names)
    faults = [("lacks", missing), ("has besides", additional), ("has twice", [n for n in counts if counts[n] > 1])]
    found = [f"{verb} the columns {_listed(columns)}" for verb, columns in faults if columns]
    if found:
        similar = {name.casefold(): name for name in additional[:200]}
        pairs = [(name, get_close_matches(name.casefold(), similar, 1)) for name in missing[:_NAMES_SHOWN]]
        renamed = [f"{similar[close[0]]!r} looks like {name!r}" for name, close in pairs if close]
        advice = f"{'; '.join(renamed)}. " if renamed else ""
        raise UnreadableExtract(path, f"{' and '.join(found)}. {advice}Correct the export, or the contract if the source has changed.")


def _listed(names: list[str]) -> str:
    shown = ", ".join(repr(name[:100]) for name in names[:_NAMES_SHOWN])
    return shown if len(names) <= _NAMES_SHOWN else f"{shown} and {len(names) - _NAMES_SHOWN:,} more"
