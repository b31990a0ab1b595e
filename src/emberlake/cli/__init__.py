"""The command line: one verb a line, and what it says is meant for people."""

from emberlake.cli import work, reconcile, recalculation, books, gaps, ask, contracts  # isort: skip  (the order in which they are listed)
from emberlake.cli.application import app

__all__ = ["app", "ask", "books", "contracts", "gaps", "recalculation", "reconcile", "work"]
